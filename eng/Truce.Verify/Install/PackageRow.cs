using System.Globalization;

namespace Truce.Verify.Install;

/// <summary>
/// The Debian package on a fresh host: Debian's base, systemd as the first process, and corosync, in
/// namespaces of its own without a network (boot, beside this file). on-host installs, runs a service,
/// upgrades, removes and purges there.
/// </summary>
internal static class PackageRow
{
    private const string Later = "+later";
    private static readonly TimeSpan s_packMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_rootMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_hostMax = TimeSpan.FromMinutes(10);

    // What must be there, and the package that has it.
    private static readonly (string File, string Package)[] s_tools =
    [
        ("/usr/bin/lintian", "lintian"), ("/usr/bin/mmdebstrap", "mmdebstrap"),
            ("/usr/bin/dpkg-shlibdeps", "dpkg-dev"),
        ("/usr/bin/setpriv", "util-linux"), ("/usr/sbin/ip", "iproute2"),
    ];

    private const string Scripts = "eng/Truce.Verify/Install";
    private static readonly string[] s_sources =
        ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "package",
        "clean under lintian; on a fresh Debian: installs, upgrades beneath a service that runs on, keeps "
            + "state and configuration when removed, leaves nothing when purged",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        await Command.RunAsync(Repository.At("eng", "prepare"), ["package"], s_packMax).ConfigureAwait(false);
        if (s_tools.FirstOrDefault(t => !File.Exists(t.File)) is { Package: { } missing })
            return RowResult.Skip($"{missing} isn't installed");
        string now = await PackAsync("").ConfigureAwait(false);
        string later = await PackAsync(Later).ConfigureAwait(false);
        Ended lint = await Command.RunAsync(
            "lintian", ["--fail-on", "error,warning", "--allow-root", now], s_packMax).ConfigureAwait(false);
        if (lint.Code != 0)
            return RowResult.If(false, $"lintian: {lint.Output.Split('\n')[0]}");
        string folder = Directory.CreateTempSubdirectory("truce-package-").FullName;
        try
        {
            return await OnHostAsync(Path.Combine(folder, "root"), now, later).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> PackAsync(string suffix)
    {
        // Whoever verifies has built everything.
        Dictionary<string, string> environment = new() { ["VERSION_SUFFIX"] = suffix, ["BUILT"] = "1" };
        Ended packed = await Command.RunAsync(
            Repository.At("eng", "package"), ["deb"], s_packMax, environment).ConfigureAwait(false);
        return packed.Code == 0
            ? Repository.At(packed.LastLine.Split('/'))
            : throw new InvalidOperationException($"eng/package: {packed.LastLine}");
    }

    private static async Task<RowResult> OnHostAsync(string root, string now, string later)
    {
        if (UnifiedCgroups() is not { } cgroups)
            return RowResult.Skip("no cgroups of version 2 can be written to");
        Ended made = await Command.RunAsync(
            "mmdebstrap",
            ["--quiet", "--mode=root", "--variant=minbase", "--include=systemd,man-db,corosync", Release(),
                root,
                s_sources.First(File.Exists)],
            s_rootMax).ConfigureAwait(false);
        if (made.Code != 0)
            return RowResult.Skip($"no fresh root file system can be made here: {made.LastLine}");
        string put = Directory.CreateDirectory(Path.Combine(root, "package")).FullName;
        foreach ((string from, string to) in ((string, string)[])
            [(now, "now.deb"), (later, "later.deb"), (Repository.At(Scripts, "on-host"), "on-host")])
            File.Copy(from, Path.Combine(put, to));
        string cgroup = Path.Combine(
            cgroups, string.Create(CultureInfo.InvariantCulture, $"truce-package-{Environment.ProcessId}"));
        Directory.CreateDirectory(cgroup);
        try
        {
            // With its first process everything in there ends.
            Ended ended = await Command.RunAsync(
                "unshare",
                ["--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc", "sh",
                    Repository.At(Scripts, "boot"), root, cgroup],
                s_hostMax).ConfigureAwait(false);
            string answer = Path.Combine(put, "answer");
            return File.Exists(answer)
                ? Judge(await File.ReadAllLinesAsync(answer).ConfigureAwait(false))
                : RowResult.If(false, $"the host doesn't start: {ended.LastLine}");
        }
        finally
        {
            Remove(cgroup);
        }
    }

    private static string? UnifiedCgroups() => File.ReadLines("/proc/self/mountinfo")
        .Select(l => l.Split(' ')).FirstOrDefault(f => f.Contains("cgroup2"))?[4];

    // A cgroup goes once those below it have gone; their files aren't removed.
    private static void Remove(string cgroup)
    {
        foreach (string folder in Directory.GetDirectories(cgroup, "*", SearchOption.AllDirectories)
            .OrderByDescending(f => f.Length).Append(cgroup))
            Directory.Delete(folder);
    }

    // The host gets the release of this machine, from where this machine gets it.
    private static string Release()
    {
        const string name = "VERSION_CODENAME=";
        return File.ReadLines("/etc/os-release").First(l =>
            l.StartsWith(name, StringComparison.Ordinal))[name.Length..];
    }

    private static RowResult Judge(string[] lines)
    {
        string[] failed = [.. lines.Where(l => l.StartsWith("not ok ", StringComparison.Ordinal))];
        foreach (string line in failed)
            Console.WriteLine("  " + line);
        int held = lines.Count(l => l.StartsWith("ok ", StringComparison.Ordinal));
        if (failed.Length > 0 || lines.LastOrDefault() != "done")
            return RowResult.If(false,
                $"{held} checks held; {failed.FirstOrDefault() ?? "then it broke off"}");
        return RowResult.If(true, $"lintian clean; {held} checks held, with systemd and corosync");
    }
}
