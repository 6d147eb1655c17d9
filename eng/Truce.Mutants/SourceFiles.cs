using System.Security.Cryptography;
using System.Text;

namespace Truce.Mutants;

/// <summary>What projects are made of.</summary>
internal static class SourceFiles
{
    /// <summary>The sources of a folder, without what was built.</summary>
    public static IEnumerable<string> Of(string folder) => All(folder, "*.cs");

    /// <summary>A digest of these projects' sources (src/Truce.X, tests/Truce.X.Tests).</summary>
    public static string Digest(params IEnumerable<string> projects)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in projects.SelectMany(p => All(Path.Combine(Settings.Root, p), "*")))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(Settings.Root, path) + "\0"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static IEnumerable<string> All(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(folder, f).Split('/')[..^1].Any(p => p is "bin" or "obj"))
            .Order(StringComparer.Ordinal);
}
