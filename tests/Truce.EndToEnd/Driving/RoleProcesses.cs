using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Truce.EndToEnd.Driving;

/// <summary>The processes of a node's cluster software, as the machine outside sees them.</summary>
internal static partial class RoleProcesses
{
    private const int SigKill = 9;
    private const int SigStop = 19;

    /// <summary>The roles, by the word on their command line; the supervisor's needs none.</summary>
    public static IReadOnlyList<string> Roles { get; } =
        ["supervisor", "controller", "executor", "fencer", "api", "groups"];

    /// <summary>Kills a role with SIGKILL; false if it isn't running now.</summary>
    public static bool Kill(string labFolder, string node, string role) =>
        Send(labFolder, node, role, SigKill);

    /// <summary>Stops a role with SIGSTOP; false if it isn't running now.</summary>
    public static bool Stop(string labFolder, string node, string role) =>
        Send(labFolder, node, role, SigStop);

    /// <summary>The process numbers of a role on a node of this very lab.</summary>
    public static IEnumerable<int> Find(string labFolder, string node, string role)
    {
        string marker = LabMarker(labFolder);
        return Directory.EnumerateDirectories("/proc")
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => int.TryParse(name, out _))
            .Where(pid => IsRole(Read(pid, "cmdline"), role) && IsOn(pid, node, marker))
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture));
    }

    private static bool Send(string labFolder, string node, string role, int signal)
    {
        int[] found = [.. Find(labFolder, node, role)];
        foreach (int pid in found)
            Signal(pid, signal);
        return found.Length > 0;
    }

    private static bool IsRole(string[] words, string role)
    {
        if (words.Length == 0 || Path.GetFileName(words[0]) != "truced")
            return false;
        int at = Array.IndexOf(words, "--role");
        return at < 0 ? role == "supervisor" : at + 1 < words.Length && words[at + 1] == role;
    }

    // Several labs may run on a machine: each node's mounts name its own lab's folder.
    private static bool IsOn(string pid, string node, string marker) =>
        Read(pid, "environ").Contains($"TRUCE_LAB_NODE={node}")
            && Text(pid, "mountinfo").Contains(marker, StringComparison.Ordinal);

    private static string LabMarker(string labFolder) => labFolder + "/nodes/";

    private static string[] Read(string pid, string file) =>
        Text(pid, file).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static string Text(string pid, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/{file}"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int pid, int signal);
}
