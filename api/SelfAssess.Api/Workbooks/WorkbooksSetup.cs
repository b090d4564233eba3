namespace SelfAssess.Api.Workbooks;

internal static class WorkbooksSetup
{
    public static void AddWorkbooks(this IServiceCollection services) => services.AddSingleton<WorkbookSeals>();
}
