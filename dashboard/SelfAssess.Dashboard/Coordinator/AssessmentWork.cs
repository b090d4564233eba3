using System.Globalization;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Questionnaires;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>Where a State's coordinator works.</summary>
/// <param name="State">The State's code.</param>
public sealed record DeskAddress(string State)
{
    public string Path => $"/coordinate/{Uri.EscapeDataString(State)}";

    public string People => $"{Path}/people";

    public string PersonOf(string account) => $"{People}/{Uri.EscapeDataString(account)}";
}

/// <summary>The address of a State's assessment in one cycle.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
public sealed record AssessmentAddress(string State, string Cycle)
{
    public string Path => $"/coordinate/{Uri.EscapeDataString(State)}/cycles/{Uri.EscapeDataString(Cycle)}";

    public string Result => $"/result/{Uri.EscapeDataString(State)}/{Uri.EscapeDataString(Cycle)}";

    public string History => $"/history/{Uri.EscapeDataString(State)}/{Uri.EscapeDataString(Cycle)}";

    public string Seal => $"/seal/{Uri.EscapeDataString(State)}/{Uri.EscapeDataString(Cycle)}";

    /// <summary>The assessment as a table: <c>csv</c> or <c>xlsx</c>.</summary>
    public string Table(string format) => $"/files/states/{Uri.EscapeDataString(State)}/assessments/{Uri.EscapeDataString(Cycle)}/export.{format}";

    /// <summary>A page below.</summary>
    public string To(string page) => $"{Path}/{page}";

    /// <summary>A page about one thing below.</summary>
    public string To(string page, string about) => $"{Path}/{page}/{Uri.EscapeDataString(about)}";
}

/// <summary>What a coordinator is at.</summary>
public enum Stage
{
    /// <summary>Nobody is asked yet.</summary>
    Planning,

    /// <summary>Entities answer.</summary>
    Answering,

    /// <summary>Answers are compared and brought together.</summary>
    Reconciling,

    /// <summary>The coordinator answers directly.</summary>
    Direct,

    /// <summary>Sealed; it can still be amended.</summary>
    SignedOff,

    /// <summary>The cycle is closed, or the assessment was not taken up again in a reopened one.</summary>
    Over,
}

/// <summary>An assessment as a page needs it.</summary>
/// <param name="View">The assessment.</param>
/// <param name="ETag">What a change names as If-Match.</param>
/// <param name="Instrument">Its questionnaire.</param>
/// <param name="Cycle">Its cycle.</param>
/// <param name="StateName">The State's name in the reader's language.</param>
public sealed record AssessmentNow(AssessmentView View, string ETag, Instrument Instrument, CycleView Cycle, string StateName)
{
    public Stage Stage => View.Status switch
    {
        AssessmentStatus.SignedOff => Stage.SignedOff,
        AssessmentStatus.Open => View.Round switch
        {
            "open" => Stage.Answering,
            "closed" => Stage.Reconciling,
            _ => View.Answers.Count > 0 ? Stage.Direct : Stage.Planning,
        },
        _ => Stage.Over,
    };

    /// <summary>Whether a closed assessment can be taken up again: its cycle was reopened.</summary>
    public bool CanBeTakenUp => Stage == Stage.Over && Cycle.Status == CycleStatus.Open;

    /// <summary>Required fields of the profile that are not known yet.</summary>
    public IReadOnlyList<ProfileField> MissingProfile => [.. Instrument.Definition.Profile.Where(f => f.Required && !View.Profile.ContainsKey(f.Id))];
}

/// <summary>How far an assessment is, in words.</summary>
/// <param name="Expected">What is expected next.</param>
/// <param name="Action">The one thing to do next.</param>
/// <param name="Done">How much of it is done; null where that cannot be counted.</param>
/// <param name="Of">How much there is.</param>
/// <param name="ProgressText">The same in words.</param>
/// <param name="Finished">True where nothing is expected any more.</param>
public sealed record Progress(string Expected, Destination Action, int? Done = null, int? Of = null, string? ProgressText = null, bool Finished = false);

/// <summary>Reads an assessment and says how far it is.</summary>
public sealed class AssessmentWork(ApiClient api, QuestionnaireLibrary library, StateNames names)
{
    private static readonly Words T = Words.Of("Coordinator");

    public async Task<AssessmentNow> ReadAsync(AssessmentAddress at)
    {
        var reply = await api.GetAssessmentAsync(at.State, at.Cycle);
        var cycle = (await api.GetCycleAsync(at.Cycle)).Result;
        return new AssessmentNow(reply.Result, reply.Headers["ETag"].First(), await library.GetAsync(reply.Result.Questionnaire), cycle, (await names.OfAsync([at.State]))[at.State]);
    }

    /// <summary>What to do next, and how far it is.</summary>
    public async Task<Progress> ProgressAsync(AssessmentAddress at, AssessmentNow now)
    {
        switch (now.Stage)
        {
            case Stage.Planning:
                return now.MissingProfile.Count > 0
                    ? new Progress(T["next.profile"], new(T["next.profile.action"], ProfilePath(at)))
                    : new Progress(T["next.plan"], new(T["next.plan.action"], at.To("round")));
            case Stage.Answering:
                var responses = (await api.ListResponsesAsync(at.State, at.Cycle)).Result.Items;
                var confirmed = responses.Count(r => r.Status == ResponseStatus.Confirmed);
                return new Progress(T["next.wait"], new(T["next.wait.action"], at.To("responses")), confirmed, responses.Count, T.Count("responses.progress", responses.Count, confirmed));
            case Stage.Reconciling:
                var questions = (await api.GetReconciliationAsync(at.State, at.Cycle)).Result.Questions;
                var recorded = questions.Count(q => q is { Recorded: not null, ChangedSince: false });
                var text = T.Count("reconcile.progress", questions.Count, recorded);
                return recorded < questions.Count
                    ? new Progress(T["next.reconcile"], new(T["next.reconcile.action"], at.To("reconcile")), recorded, questions.Count, text)
                    : new Progress(T["next.sign"], new(T["next.sign.action"], at.To("sign-off")), recorded, questions.Count, text);
            case Stage.Direct:
                var progress = (await api.GetProgressAsync(at.State, at.Cycle)).Result;
                var answered = T.Count("answers.progress", progress.Applicable, progress.Answered);
                return progress.Open > 0
                    ? new Progress(T["next.answer"], new(T["next.answer.action"], at.To("answers")), progress.Answered, progress.Applicable, answered)
                    : new Progress(T["next.sign"], new(T["next.sign.action"], at.To("sign-off")), progress.Answered, progress.Applicable, answered);
            case Stage.SignedOff when now.View.Consent is null:
                return new Progress(T["next.consent"], new(T["next.consent.action"], at.To("consent")));
            case Stage.Over when now.CanBeTakenUp:
                return new Progress(T["next.takeUp"], new(T["next.look.action"], at.Path), Finished: true);
            default:
                return new Progress(T["next.done"], new(T["next.result.action"], at.Result), Finished: true);
        }
    }

    public static string ProfilePath(AssessmentAddress at) => $"{new DeskAddress(at.State).Path}/profile?cycle={Uri.EscapeDataString(at.Cycle)}";

    /// <summary>A day as a date input sends it; null where it is none.</summary>
    public static DateOnly? ReadDay(string? sent) => DateOnly.TryParseExact(sent, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A day as a date input takes it.</summary>
    public static string? WriteDay(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
