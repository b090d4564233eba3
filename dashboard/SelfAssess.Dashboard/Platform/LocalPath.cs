namespace SelfAssess.Dashboard.Platform;

/// <summary>Addresses within the dashboard.</summary>
public static class LocalPath
{
    /// <summary>The path where it is one of ours; else the home page. What could lead anywhere else is none.</summary>
    public static string Of(string? path) =>
        path is { Length: > 0 and <= 500 } && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(c => char.IsControl(c) || c == '\\') ? path : "/";

    /// <summary>The sign-in page, from which one comes back here.</summary>
    public static string SignInFrom(HttpRequest request)
    {
        string here = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : request.Path.ToString();
        return here == "/" ? "/sign-in" : $"/sign-in{QueryString.Create("return", here)}";
    }
}
