using Microsoft.AspNetCore.Components;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>
/// A page about a State's assessment in one cycle. What it shows is read before a form is carried out, so that after a conflict the page has the current
/// version, while the inputs keep what was sent.
/// </summary>
public abstract class AssessmentPage : Page
{
    protected static Words T { get; } = Words.Of("Coordinator");

    [Inject]
    protected ApiClient Api { get; set; } = null!;

    [Inject]
    protected AssessmentWork Work { get; set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    public HttpContext Context { get; set; } = null!;

    [Parameter]
    public string State { get; set; } = "";

    [Parameter]
    public string Cycle { get; set; } = "";

    /// <summary>The version that was on the page when a form was sent.</summary>
    [SupplyParameterFromForm(Name = "etag")]
    public string? SentETag { get; set; }

    protected AssessmentAddress At => new(State, Cycle);

    protected AssessmentNow Now { get; private set; } = null!;

    protected FormErrors Errors { get; set; } = FormErrors.None;

    /// <summary>What a change names as If-Match: the version that whoever sent it had seen.</summary>
    protected string Seen => SentETag ?? Now.ETag;

    protected sealed override async Task LoadAsync()
    {
        Now = await Work.ReadAsync(At);
        await ReadAsync();
    }

    /// <summary>Reads what the page shows beside the assessment.</summary>
    protected virtual Task ReadAsync() => Task.CompletedTask;

    /// <summary>
    /// Whether this is a form's post. A form is shown for its own post even where somebody else has taken the step in the meantime: else the post would
    /// find nothing, where it should be told what is current.
    /// </summary>
    protected bool IsPosted(string form) => Context.IsPosted(form);

    /// <summary>The way back.</summary>
    protected IReadOnlyList<Destination> Way(params Destination[] more) =>
        [new(T["desk.title", Now.StateName], new DeskAddress(State).Path), new(T["overview.title", Now.Cycle.Name], At.Path), .. more];

    /// <summary>Carries out a change and goes on; what is wrong with it is shown on this page.</summary>
    protected async Task ChangeAsync(Func<Task> change, string then, Func<string, string?>? fieldOf = null)
    {
        Errors = await FormErrors.OfAsync(change, fieldOf, T);
        if (!Errors.Any)
        {
            Navigation.NavigateTo(then);
        }
    }
}
