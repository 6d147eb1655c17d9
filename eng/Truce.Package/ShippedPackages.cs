using System.Text.Json.Nodes;

namespace Truce.Package;

/// <summary>A package that the programs are made with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha512">The digest of its file, base64, as the lock file holds it; null: no lock file has
/// it.</param>
/// <param name="Needs">The names of the packages that it needs.</param>
internal sealed record ShippedPackage(string Name, string Version, string? Sha512,
    IReadOnlyList<string> Needs)
{
    private static readonly string[] s_tools =
        ["Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NET.ILLink.Tasks", ShippedPackages.Compiler,
            "runtime.linux-x64." + ShippedPackages.Compiler];

    /// <summary>Whether it only builds: nothing of it is in the programs.</summary>
    public bool IsTool => s_tools.Contains(Name);
}

/// <summary>What the lock files of the two programs say, and the runtime that is compiled into
/// them.</summary>
internal static class ShippedPackages
{
    /// <summary>The ahead-of-time compiler. Its version is that of the runtime which it compiles in; no lock
    /// file has the runtime itself.</summary>
    public const string Compiler = "Microsoft.DotNet.ILCompiler";

    /// <summary>The runtime's packages: the first is in both programs, the second in truced.</summary>
    public static IReadOnlyList<string> Runtimes { get; } =
        ["Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64", "Microsoft.AspNetCore.App.Runtime.linux-x64"];

    private static readonly string[] s_programs = ["Truce.Cli", "Truce.Daemon"];

    /// <summary>All of them by name.</summary>
    public static IReadOnlyList<ShippedPackage> All()
    {
        SortedDictionary<string, ShippedPackage> all = new(StringComparer.Ordinal);
        foreach (string program in s_programs)
        {
            string file = Repository.At("src", program, "packages.lock.json");
            foreach (ShippedPackage package in Read(JsonNode.Parse(File.ReadAllText(file))!))
                all[package.Name] = package;
        }

        string runtime = all[Compiler].Version;
        foreach (string name in Runtimes)
            all[name] = new ShippedPackage(name, runtime, null, []);
        return [.. all.Values];
    }

    private static IEnumerable<ShippedPackage> Read(JsonNode lockFile) =>
        from framework in lockFile["dependencies"]!.AsObject()
        from package in framework.Value!.AsObject()
        where (string)package.Value!["type"]! != "Project"
        select new ShippedPackage(
            package.Key, (string)package.Value!["resolved"]!, (string?)package.Value["contentHash"],
            [.. (package.Value["dependencies"]?.AsObject() ?? new JsonObject()).Select(d =>
                d.Key).Order(StringComparer.Ordinal)]);

    /// <summary>Copies what the runtime says about the works of others in it.</summary>
    public static int CopyNotices(string folder)
    {
        Directory.CreateDirectory(folder);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget",
                "packages");
        foreach (ShippedPackage package in All().Where(p => Runtimes.Contains(p.Name)))
        {
            string from = Path.Combine(cache, package.Name.ToLowerInvariant(), package.Version);
            foreach (string file in Directory.GetFiles(from, "*.TXT").Where(f => !IsLicense(f)))
                File.Copy(file, Path.Combine(folder, $"{package.Name}.{Path.GetFileName(file)}"),
                    overwrite: true);
        }

        return 0;
    }

    // The MIT License, which NOTICE has.
    private static bool IsLicense(string file) =>
        Path.GetFileName(file).StartsWith("LICENSE", StringComparison.Ordinal);
}
