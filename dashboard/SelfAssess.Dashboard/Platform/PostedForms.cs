namespace SelfAssess.Dashboard.Platform;

/// <summary>Which form a request sends.</summary>
internal static class PostedForms
{
    /// <summary>Whether the request sends the form of this name. Such a form has to be on the page from the beginning, whatever stands there otherwise.</summary>
    public static bool IsPosted(this HttpContext context, string form) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType && context.Request.Form["_handler"] == form;
}
