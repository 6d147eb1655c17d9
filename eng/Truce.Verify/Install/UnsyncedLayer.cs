using System.Globalization;
using Truce.Verify.Safe;

namespace Truce.Verify.Install;

/// <summary>
/// A file system on a node that loses what wasn't synced when the node loses its power (unsynced.c), and the
/// proof that it does: a node's power cut leaves the machine's page cache alive, so without such a layer a
/// database that never syncs would lose nothing either.
/// </summary>
internal static class UnsyncedLayer
{
    private const string Name = "unsynced";
    private const string Control = "/var/lib/postgresql/control";
    private const int ControlRows = 40;
    private static readonly TimeSpan s_compileMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_bootMax = TimeSpan.FromMinutes(2);

    /// <summary>Compiles it to where the nodes of a lab see it.</summary>
    /// <exception cref="InvalidOperationException">It can't be compiled.</exception>
    public static async Task BuildAsync(SafeLab lab)
    {
        Ended made = await Command.RunAsync(
            "gcc",
            ["-O2", "-D_FILE_OFFSET_BITS=64", "-I/usr/include/fuse3", "-o",
                Path.Combine(lab.Folder, "world", Name), Source($"{Name}.c"), "-lfuse3"],
            s_compileMax).ConfigureAwait(false);
        if (made.Code != 0)
            throw new InvalidOperationException($"gcc {Name}.c: {made.Output.Trim()}");
    }

    /// <summary>Puts it over a folder of a node; it is gone with the node's power.</summary>
    public static Task MountAsync(SafeLab lab, string node, string folder) => lab.DoAsync(
        "lab", "exec", node, "--", "sh", "-ec",
        $"mkdir -p {folder}.disk {folder}; chown postgres: {folder}.disk; "
            + $"/run/lab/world/{Name} {folder}.disk {folder}");

    /// <summary>
    /// A database on the layer acknowledges rows, its node loses its power: with fsync all of them must be
    /// there, without it they must not.
    /// </summary>
    /// <returns>What is wrong with the layer, or nothing.</returns>
    public static async Task<string> ProveAsync()
    {
        SafeLab lab = await SafeLab.UpAsync(Name, "--nodes", "3", "--engine", "corosync")
            .ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            await BuildAsync(lab).ConfigureAwait(false);
            string kept = await SurvivingAsync(lab, "n2", "on").ConfigureAwait(false);
            string lost = await SurvivingAsync(lab, "n3", "off").ConfigureAwait(false);
            string seen = $"of {ControlRows} rows {kept} survived with fsync=on, {lost} with fsync=off";
            Console.WriteLine($"  the layer that loses what wasn't synced: {seen}");
            return kept == Text(ControlRows) && lost != Text(ControlRows)
                ? ""
                : $"the layer proves nothing: {seen}";
        }
    }

    private static async Task<string> SurvivingAsync(SafeLab lab, string node, string fsync)
    {
        await MountAsync(lab, node, Control).ConfigureAwait(false);
        await ControlAsync(lab, node, "write", fsync, Text(ControlRows)).ConfigureAwait(false);
        int boots = Boots(lab, node);
        await lab.DoAsync("lab", "kill", node).ConfigureAwait(false);
        // The others fence it, and the switch gives it power again.
        for (DateTime end = DateTime.UtcNow + s_bootMax; Boots(lab, node) == boots;)
        {
            if (DateTime.UtcNow > end)
                throw new TimeoutException($"{node} hasn't booted after its power cut");
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        await MountAsync(lab, node, Control).ConfigureAwait(false);
        return (await ControlAsync(lab, node, "count").ConfigureAwait(false)).Trim();
    }

    private static int Boots(SafeLab lab, string node) => File.ReadLines(Path.Combine(lab.Folder, "events"))
        .Count(l => l.Contains($" {node} power-on ", StringComparison.Ordinal));

    private static Task<string> ControlAsync(SafeLab lab, string node, params string[] words) =>
        lab.DoAsync(["lab", "exec", node, "--", Source("unsynced-control"), .. words]);

    private static string Source(string file) => Repository.At("eng", "Truce.Verify", "Install", file);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
