using System.Globalization;
using Truce.Verify.Safe;

namespace Truce.Verify.Everyday;

/// <summary>
/// Every block of commands of README, docs and examples, typed in a shell as it stands there. A page that
/// makes no lab of its own finds the cluster of examples/day. PAGES= selects pages.
/// </summary>
internal static class DocumentationRow
{
    private static readonly TimeSpan s_preparing = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(90);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "documentation", "every block of commands of README, docs/ and examples/ runs as it stands",
            RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        await Command.RunAsync(Repository.At("eng", "prepare"), ["database"], s_preparing)
            .ConfigureAwait(false);
        string[] chosen = Environment.GetEnvironmentVariable("PAGES")?.Split(',') ?? [];
        int run = 0, apart = 0, built = 0;
        List<string> faults = [];
        foreach (string page in Pages().Where(p => chosen.Length == 0 || chosen.Any(p.EndsWith)))
        {
            IReadOnlyList<PageBlock> blocks =
                PageBlocks.Read(page,
                    await File.ReadAllLinesAsync(Repository.At(page)).ConfigureAwait(false));
            apart += blocks.Where(b => b.IsApart).Sum(b => b.Commands.Count);
            PageBlock[] typed = [.. blocks.Where(b => !b.IsApart)];
            // make's own targets are run by make itself, and by continuous integration.
            built += typed.Sum(b => b.Commands.Count(IsMake));
            run += typed.Sum(b => b.Commands.Count(c => !IsMake(c)));
            if (typed.Any(b => b.Commands.Any(c => !IsMake(c))))
                faults.AddRange(await TypeAsync(page, typed).ConfigureAwait(false));
        }

        foreach (string fault in faults)
            Console.WriteLine($"  {fault}");
        return RowResult.If(
            faults.Count == 0 && run > 0,
            $"{run - faults.Count} of {run} commands ended as they say; {apart} need what a test hasn't; "
                + $"{built} of make");
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Repository.At("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.At("examples"), "*.md", SearchOption.AllDirectories))
            .Append(Repository.At("README.md")).Append(Repository.At("CONTRIBUTING.md"))
            .Select(f => Path.GetRelativePath(Repository.Root, f)).Order(StringComparer.Ordinal);

    private static bool IsMake(string command) => command.StartsWith("make ", StringComparison.Ordinal);

    private static async Task<List<string>> TypeAsync(string page, PageBlock[] blocks)
    {
        bool isOwn =
            blocks.SelectMany(b => b.Commands).Any(c => c.Contains("truce lab up", StringComparison.Ordinal));
        string name = Path.GetFileNameWithoutExtension(page);
        SafeLab lab = isOwn
            ? SafeLab.Named(name)
            : await DayLab.UpAsync(name).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            List<string> faults = [];
            foreach (PageBlock block in blocks)
                foreach (string command in block.Commands.Where(c => !IsMake(c)))
                    if (await TypeAsync(lab, block, command).ConfigureAwait(false) is { Length: > 0 } fault)
                        faults.Add($"{page}:{block.Line}: {fault}");
            return faults;
        }
    }

    private static async Task<string> TypeAsync(SafeLab lab, PageBlock block, string command)
    {
        string? folder = block.IsOnNode ? null : Repository.At((block.Value("in") ?? ".").Split('/'));
        int wanted = int.Parse(block.Value("exit") ?? "0", CultureInfo.InvariantCulture);
        string fault = await DayLab.TypeAsync(lab, command, folder, wanted).ConfigureAwait(false);
        if (fault.Length > 0)
            return fault;
        // What comes next may need what this one led to.
        if (Directory.Exists(lab.Folder))
            await lab.RestsAsync(s_settling).ConfigureAwait(false);
        return "";
    }
}
