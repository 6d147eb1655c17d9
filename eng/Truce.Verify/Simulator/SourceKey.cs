using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Truce.Verify;

/// <summary>
/// What a program is made of, as a digest: its project's files and those of every project that it refers to,
/// and what all builds share. Figures that take hours stay good while nothing of it changes, whatever else is
/// committed.
/// </summary>
internal static partial class SourceKey
{
    private static readonly string[] s_shared =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];

    /// <summary>The digest of a project (a .csproj, from the repository's root), as the files are now,
    /// committed or not.
    /// </summary>
    public static async Task<string> OfAsync(string project)
    {
        SortedSet<string> folders = new(StringComparer.Ordinal);
        AddWithReferences(Repository.At(project), folders);
        Ended listed = await Command.RunAsync(
            "git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", .. folders, .. s_shared],
            TimeSpan.FromSeconds(30))
            .ConfigureAwait(false);
        if (listed.Code != 0)
            throw new InvalidOperationException("git ls-files: " + listed.Output);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in listed.Output.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal))
        {
            string path = Repository.At(file);
            if (!File.Exists(path))
                continue;
            hash.AppendData(Encoding.UTF8.GetBytes(file + "\0"));
            hash.AppendData(SHA256.HashData(await File.ReadAllBytesAsync(path).ConfigureAwait(false)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static void AddWithReferences(string project, SortedSet<string> folders)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(project))!;
        if (!folders.Add(Path.GetRelativePath(Repository.Root, folder)))
            return;
        foreach (Match reference in Reference().Matches(File.ReadAllText(project)))
            AddWithReferences(Path.Combine(folder, reference.Groups[1].Value), folders);
    }

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex Reference();
}
