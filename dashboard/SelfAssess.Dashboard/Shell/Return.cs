using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Shell;

/// <summary>Where a choice leads back to.</summary>
internal static class Return
{
    /// <summary>The page that is shown; a form that was posted is shown under its own address.</summary>
    public static string Of(HttpContext context) => LocalPath.Of(context.Request.Path + context.Request.QueryString);
}
