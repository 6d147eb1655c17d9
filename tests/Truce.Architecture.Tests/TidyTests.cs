using System.Diagnostics;
using System.Globalization;

namespace Truce.Architecture.Tests;

/// <summary>
/// Sources stay as small as they are: what is larger than it should be is listed in tidy.txt with the reason, and may only
/// shrink. TRUCE_ACCEPT=1 writes what has shrunk, never what has grown.
/// </summary>
public sealed class TidyTests
{
    private const string BaselineFile = "tests/Truce.Architecture.Tests/tidy.txt";

    [Fact]
    public void Nothing_is_wider_longer_or_fuller_of_flags_than_it_was()
    {
        Dictionary<(string, string), (int Size, string Reason)> allowed = Baseline();
        IReadOnlyList<Untidy> found = TidyRules.Measure(Sources());
        if (Environment.GetEnvironmentVariable("TRUCE_ACCEPT") == "1")
            Accept(found, allowed);
        Assert.Empty(found
            .Where(u => u.Size > allowed.GetValueOrDefault((u.Kind, u.Where)).Size)
            .Select(u => $"{u.Kind} {u.Where}: {u.Size}, {allowed.GetValueOrDefault((u.Kind, u.Where)).Size} allowed: look for the second idea inside"));
    }

    [Fact]
    public void Every_entry_says_why() =>
        Assert.Empty(Baseline().Where(e => e.Key.Item1 is "file" or "function" && e.Value.Reason.Length < 10).Select(e => e.Key));

    [Fact]
    public void No_internal_type_is_unused() => Assert.Empty(TidyRules.Unused(Sources()));

    [Theory]
    [InlineData("wide", 1, 120, "")]
    [InlineData("file", 401, 10, "")]
    [InlineData("function", 61, 10, "    private void F()\n    {\n{0}    }\n")]
    [InlineData("function", 61, 10, "    public int F(int x) => x switch\n    {\n{0}    };\n")]
    public void A_planted_breach_is_found(string kind, int lines, int width, string around)
    {
        string body = string.Concat(Enumerable.Repeat(new string('x', width) + "\n", lines));
        string text = around.Length == 0 ? body : around.Replace("{0}", body, StringComparison.Ordinal);
        Assert.Contains(TidyRules.Measure(With(text)), u => u.Kind == kind);
        Assert.Contains(TidyRules.Measure(With(text)), u => u.Size > 0 && u.Where.StartsWith("src/Truce.Planted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("    public void Stop(string name, bool force)", true)]
    [InlineData("    private static int Move(bool now, int to) => 1;", true)]
    [InlineData("    public sealed record Found(string Name, bool Known);", false)]
    [InlineData("    public bool Holds(string name)", false)]
    [InlineData("    public (bool Known, string Value) Find(string name)", false)]
    public void A_boolean_parameter_is_told_from_a_result(string line, bool isFlag) =>
        Assert.Equal(isFlag, TidyRules.Measure(With(line)).Any(u => u.Kind == "flag"));

    [Theory]
    [InlineData("        if (order.Operation == \"stop\")", true)]
    [InlineData("        return result is { Operation: not (\"monitor\" or \"notify\") };", true)]
    [InlineData("        return action is \"start\" or \"promote\";", true)]
    [InlineData("        if (order.Operation == OperationNames.Stop)", false)]
    [InlineData("            LossPolicy.Stop => \"stop\",", false)]
    public void An_operation_that_is_spelled_out_is_found(string line, bool isFound) =>
        Assert.Equal(isFound, TidyRules.Measure(With(line)).Any(u => u.Kind == "operation"));

    [Fact]
    public void An_unused_type_is_found()
    {
        Assert.Single(TidyRules.Unused(With("internal sealed class Lonely;\n")));
        Assert.Empty(TidyRules.Unused(With("internal sealed class Used;\ninternal static class User { static Used Make() => new(); static User A; }\n")));
    }

    private static Dictionary<string, string> With(string text) => new() { ["src/Truce.Planted/A.cs"] = text };

    private static Dictionary<(string, string), (int Size, string Reason)> Baseline() =>
        File.ReadLines(Path.Combine(Repository.Root, BaselineFile))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split(' ', 4))
            .ToDictionary(p => (p[0], p[2]), p => (int.Parse(p[1], CultureInfo.InvariantCulture), p.Length > 3 ? p[3] : ""));

    private static void Accept(IReadOnlyList<Untidy> found, Dictionary<(string Kind, string Where), (int Size, string Reason)> allowed)
    {
        string path = Path.Combine(Repository.Root, BaselineFile);
        IEnumerable<string> head = File.ReadLines(path).TakeWhile(l => l.StartsWith('#'));
        IEnumerable<string> rest = found.Where(u => allowed.ContainsKey((u.Kind, u.Where)))
            .OrderBy(u => u.Kind, StringComparer.Ordinal).ThenBy(u => u.Where, StringComparer.Ordinal)
            .Select(u => $"{u.Kind} {Math.Min(u.Size, allowed[(u.Kind, u.Where)].Size)} {u.Where} {allowed[(u.Kind, u.Where)].Reason}".TrimEnd());
        File.WriteAllLines(path, [.. head, .. rest]);
    }

    private static Dictionary<string, string> Sources()
    {
        ProcessStartInfo start = new("git", ["ls-files", "-z", "*.cs"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string[] files = process.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return files.Where(f => File.Exists(Path.Combine(Repository.Root, f)))
            .ToDictionary(f => f, f => File.ReadAllText(Path.Combine(Repository.Root, f)));
    }
}
