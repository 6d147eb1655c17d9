using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Mutants;

/// <summary>Which lines of a project a commit's successors changed.</summary>
internal sealed partial class ChangedLines
{
    private readonly Dictionary<string, List<(int From, int To)>> _ranges = [];

    /// <summary>Asks git.</summary>
    public ChangedLines(string since, string project)
    {
        using Process git = Process.Start(new ProcessStartInfo(
            "git", ["diff", "-U0", since, "--", $"src/{project}"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Settings.Root,
        })!;
        string file = "";
        while (git.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("+++ b/src/", StringComparison.Ordinal))
                file = line["+++ b/src/".Length..];
            else if (Hunk().Match(line) is { Success: true } match)
                Add(file, Number(match.Groups[1].Value), Number(match.Groups[2] is { Length: > 0 } n
                    ? n.Value : "1"));
        }

        git.WaitForExit();
        if (git.ExitCode != 0)
            throw new InvalidOperationException($"git knows no commit {since}");
    }

    /// <summary>Whether a line is among them.</summary>
    public bool Has(string file, int line) =>
        _ranges.GetValueOrDefault(file)?.Any(r => r.From <= line && line <= r.To) == true;

    private void Add(string file, int from, int lines)
    {
        if (!_ranges.TryGetValue(file, out var ranges))
            _ranges[file] = ranges = [];
        ranges.Add((from, from + lines - 1));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")]
    private static partial Regex Hunk();
}
