using Microsoft.AspNetCore.Components;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>A page about a State as such, beside its assessments.</summary>
public abstract class DeskFrame : Page
{
    protected static Words T { get; } = Words.Of("Coordinator");

    [Inject]
    protected ApiClient Api { get; set; } = null!;

    [Inject]
    protected StateNames Names { get; set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    public HttpContext Context { get; set; } = null!;

    [Parameter]
    public string State { get; set; } = "";

    protected DeskAddress At => new(State);

    protected string StateName { get; private set; } = "";

    protected FormErrors Errors { get; set; } = FormErrors.None;

    protected sealed override async Task LoadAsync()
    {
        StateName = (await Names.OfAsync([State]))[State];
        await ReadAsync();
    }

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task ReadAsync();

    /// <summary>The way back.</summary>
    protected IReadOnlyList<Destination> Way(params Destination[] more) => [new(T["desk.title", StateName], At.Path), .. more];

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
