using Microsoft.AspNetCore.Components;

namespace SelfAssess.Dashboard.Shell;

/// <summary>A page that shows nothing before it has what it shows: <see cref="LoadAsync"/> ends before the first rendering, so that no page meets its own fields empty.</summary>
public abstract class Page : ComponentBase
{
    /// <summary>Reads what the page shows; parameters are set. Comes before a form's handler.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }
}
