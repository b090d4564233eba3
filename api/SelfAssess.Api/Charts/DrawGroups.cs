using FastEndpoints;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Charts;

public sealed record GroupsChartRequest : ReleaseChartRequest;

internal sealed class GroupsChartValidator : ChartValidator<GroupsChartRequest>;

[PermitsReleaseReaders]
internal sealed class GetGroupsChartEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<GroupsChartRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/charts/groups.{format}");
        Description(ChartResponses.Describe);
        Summary(s =>
        {
            s.Summary = "Draw the mean index of each theme by group of States";
            s.Description = "A row for each theme, and in it a mark for each published group of the one planned partition, in the order of the plan: it ranks nobody. "
                + "Groups that were merged are named together; where groups, or a theme in them, are not published, the chart says so.";
        });
    }

    public override Task HandleAsync(GroupsChartRequest request, CancellationToken ct) =>
        ChartResponses.SendAsync(HttpContext, releases, questionnaires, request, (release, definition) => GroupsChart.Of(release, definition, request.Lang), ct);
}
