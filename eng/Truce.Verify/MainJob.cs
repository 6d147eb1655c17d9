using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Verify;

/// <summary><c>make demo</c> from a fresh clone: a node loses power and the page comes back.</summary>
internal static partial class MainJob
{
    private const int BeyondMsMax = 300;
    private const string User = "61234";
    private const string Reach =
        "exit 0, timeline printed, outage beyond detection, fencing and agents < 300 ms";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    /// <summary>As root: hosts of their own, a real disk, address and web server.</summary>
    public static Row AsRoot { get; } = new("main-job-root", Reach, () => Environment.IsPrivilegedProcess
        ? DemoAsync(asUser: false)
        : Task.FromResult(RowResult.Skip("needs root")));

    /// <summary>As a user without any privilege.</summary>
    public static Row AsOrdinaryUser { get; } =
        new("main-job-user", Reach, () => DemoAsync(asUser: Environment.IsPrivilegedProcess));

    private static async Task<RowResult> DemoAsync(bool asUser)
    {
        string folder = Directory.CreateTempSubdirectory("truce-main-job").FullName;
        try
        {
            Ended clone = await Command.RunAsync(
                "git", ["clone", "-q", "--no-hardlinks", Repository.Root, folder + "/truce"], s_limit)
                    .ConfigureAwait(false);
            if (clone.Code != 0)
                return RowResult.If(false, "git clone: " + clone.LastLine);
            if (asUser)
                await HandOverAsync(folder).ConfigureAwait(false);
            return Judge(await RunDemoAsync(folder, asUser).ConfigureAwait(false));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The user has a home, and the package sources that this machine is set up with; nothing else of ours.
    private static async Task HandOverAsync(string folder)
    {
        string home = Directory.CreateDirectory(folder + "/home/.nuget/NuGet").FullName;
        string sources = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "NuGet",
            "NuGet.Config");
        if (File.Exists(sources))
            File.Copy(sources, home + "/NuGet.Config");
        await Command.RunAsync("chown", ["-R", $"{User}:{User}", folder], s_limit).ConfigureAwait(false);
    }

    private static Task<Ended> RunDemoAsync(string folder, bool asUser)
    {
        Dictionary<string, string> environment = new() { ["MAKEFLAGS"] = "", ["ROWS"] = "" };
        if (!asUser)
            return Command.RunAsync("make", ["demo"], s_limit, environment, folder + "/truce");
        environment["HOME"] = folder + "/home";
        environment["USER"] = "truce-verify";
        environment["TMPDIR"] = folder + "/home";
        return Command.RunAsync(
            "setpriv", ["--reuid", User, "--regid", User, "--clear-groups", "make", "demo"],
            s_limit, environment, folder + "/truce");
    }

    private static RowResult Judge(Ended ended)
    {
        // The build's complaints, and make's own words, may come after it.
        Match line = ended.Output.Split('\n').Select(
            l => Verdict().Match(l.Trim())).LastOrDefault(m => m.Success) ?? Match.Empty;
        if (ended.Code != 0 || !line.Success)
            return RowResult.If(false, $"exit {ended.Code}: {ended.LastLine}");
        int outage = int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture);
        int unavoidable = int.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);
        return RowResult.If(
            outage - unavoidable < BeyondMsMax,
            $"outage {outage} ms, unavoidable {unavoidable} ms, beyond {outage - unavoidable} ms");
    }

    [GeneratedRegex("^DEMO OK outage_ms=([0-9]+) unavoidable_ms=([0-9]+)$")]
    private static partial Regex Verdict();
}
