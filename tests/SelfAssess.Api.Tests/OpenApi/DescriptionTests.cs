using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using SelfAssess.Api.Platform.Security;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.OpenApi;

/// <summary>The API's description, by what programs make of it.</summary>
public sealed class DescriptionTests(PostgresFixture postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("selfassess-openapi-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("v1")]
    [InlineData("v1-3.0")]
    public async Task Description_lints_clean(string name)
    {
        var path = await FetchAsync(name);
        var redocly = await Tools.NodeAsync("@redocly/cli/bin/cli.js", folder, "lint", path, "--extends=recommended", "--format=json");
        var problems = JsonSerializer.Deserialize<JsonElement>(redocly[redocly.IndexOf('{', StringComparison.Ordinal)..(redocly.LastIndexOf('}') + 1)]);
        Assert.Empty(problems.GetProperty("problems").EnumerateArray());
        await File.WriteAllTextAsync(Path.Combine(folder, ".spectral.yaml"), "extends: [\"spectral:oas\"]\n", TestContext.Current.CancellationToken);
        var spectral = await Tools.NodeAsync("@stoplight/spectral-cli/dist/index.js", folder, "lint", path, "--ruleset", Path.Combine(folder, ".spectral.yaml"), "--fail-severity=hint", "--format=text");
        Assert.Contains("No results", spectral, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_endpoint_is_described_whole()
    {
        var host = await postgres.SharedApiAsync();
        var document = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(await FetchAsync("v1"), TestContext.Current.CancellationToken));
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Where(o => o.Name is "get" or "put" or "post" or "patch" or "delete")
            .Select(o => (Operation: $"{o.Name.ToUpperInvariant()} {p.Name}", o.Value))).ToDictionary(o => o.Operation, o => o.Value, StringComparer.Ordinal);
        var mapped = host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/')}")).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(described.Count, described.Values.Select(o => o.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (operation, description) in described)
        {
            Assert.False(string.IsNullOrWhiteSpace(description.GetProperty("summary").GetString()), operation);
            var responses = description.GetProperty("responses");
            Assert.True((responses.TryGetProperty("401", out _) || description.TryGetProperty("security", out _)) && responses.TryGetProperty("400", out _), operation);
            if (operation.StartsWith("GET", StringComparison.Ordinal))
            {
                Assert.True(responses.TryGetProperty("304", out _), operation);
            }

            foreach (var parameter in description.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default)
            {
                var resolved = parameter.TryGetProperty("$ref", out var reference) ? Resolve(document, reference.GetString()!) : parameter;
                Assert.False(string.IsNullOrWhiteSpace(resolved.GetProperty("description").GetString()), $"{operation}: {resolved}");
            }
        }
    }

    [Fact]
    public async Task TypeScript_client_compiles_and_does_the_main_job()
    {
        var (host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());
        await using var _ = host;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Tools.Clients, "typescript")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"type":"module"}""", TestContext.Current.CancellationToken);
        await Tools.NodeAsync("openapi-typescript/bin/cli.js", folder, await FetchAsync("v1"), "-o", Path.Combine(folder, "schema.ts"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Path.Combine(Tools.Clients, "node_modules"));
        await Tools.NodeAsync("typescript/bin/tsc", folder, "-p", "tsconfig.json", "--outDir", "made");
        var said = await Tools.NodeAsync(Path.Combine(folder, "made", "main-job.js"), folder, address.ToString().TrimEnd('/'), await AdministratorAsync(host), await CoordinatorAsync(host, "TS"), JsonSerializer.Serialize(SampleQuestionnaire.Files("typescript")));
        var result = JsonSerializer.Deserialize<JsonElement>(said);
        Assert.Equal((10, 1), (result.GetProperty("participants").GetInt32(), result.GetProperty("points").GetInt32()));
        Assert.Equal("published", result.GetProperty("mean").GetProperty("status").GetString());
    }

    [Fact]
    public async Task CSharp_client_compiles_and_does_the_main_job()
    {
        var (host, address) = await ApiHost.ListenAsync(await postgres.CreateDatabaseAsync());
        await using var _ = host;
        var document = await OpenApiDocument.FromFileAsync(await FetchAsync("v1-3.0"), TestContext.Current.CancellationToken);
        var generator = new CSharpClientGenerator(document, new CSharpClientGeneratorSettings
        {
            ClassName = "SelfAssessClient",
            WrapResponses = true,
            CSharpGeneratorSettings = { Namespace = "SelfAssess.Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson, GenerateNullableReferenceTypes = true },
        });
        await File.WriteAllTextAsync(Path.Combine(folder, "Client.cs"), generator.GenerateFile(), TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(Tools.Clients, "csharp", "MainJob.cs"), Path.Combine(folder, "MainJob.cs"));
        await File.WriteAllTextAsync(Path.Combine(folder, "Client.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit><UseSharedCompilation>false</UseSharedCompilation>
              </PropertyGroup>
            </Project>
            """, TestContext.Current.CancellationToken);
        await Tools.RunAsync("dotnet", folder, "build", "-v", "q", "-nodeReuse:false", "-o", Path.Combine(folder, "made"));
        var said = await Tools.RunAsync("dotnet", folder, Path.Combine(folder, "made", "Client.dll"), address.ToString(), await AdministratorAsync(host), await CoordinatorAsync(host, "CS"), JsonSerializer.Serialize(SampleQuestionnaire.Files("csharp")));
        var result = JsonSerializer.Deserialize<JsonElement>(said);
        Assert.Equal((10, 1), (result.GetProperty("participants").GetInt32(), result.GetProperty("points").GetInt32()));
    }

    private static Task<string> AdministratorAsync(ApiHost host) => host.TokenAsync([ApiHost.Granted(Role.Administrator), ApiHost.Granted(Role.Presidency)]);

    private static Task<string> CoordinatorAsync(ApiHost host, string states) =>
        host.TokenAsync([.. Enumerable.Range(0, 10).Select(i => ApiHost.Granted(Role.Coordinator, $"{states}{i}"))]);

    private async Task<string> FetchAsync(string name)
    {
        var path = Path.Combine(folder, $"{name}.json");
        var bytes = await (await postgres.SharedApiAsync()).Anonymous().GetByteArrayAsync($"/openapi/{name}.json", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        return path;
    }

    private static JsonElement Resolve(JsonElement document, string reference) => reference.TrimStart('#', '/').Split('/').Aggregate(document, (at, key) => at.GetProperty(key));
}
