using Truce.Agents.Finding;

namespace Truce.Agents.Running;

/// <summary>
/// Tells systemd what it must know of a unit while Truce manages it. Without the order, a shutdown
/// would stop the unit under Truce's eyes, and Truce would recover it; and systemd must not
/// restart what the cluster restarts.
/// </summary>
internal sealed class UnitDropIn(AgentSettings settings, string unit)
{
    private string Folder => Path.Combine(settings.SystemdDirectory, unit + ".d");

    private string File => Path.Combine(Folder, "50-truce.conf");

    /// <summary>Whether systemd must reload.</summary>
    public bool Write()
    {
        string text = $"[Unit]\nBefore={settings.OwnUnit}\n"
            + (unit.EndsWith(".service", StringComparison.Ordinal) ? "\n[Service]\nRestart=no\n" : "");
        try
        {
            if (System.IO.File.Exists(File) && System.IO.File.ReadAllText(File) == text)
                return false;
            Directory.CreateDirectory(Folder);
            System.IO.File.WriteAllText(File, text);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the unit runs without; only a shutdown is less orderly
        }
    }

    /// <summary>Whether systemd must reload.</summary>
    public bool Remove()
    {
        try
        {
            if (!System.IO.File.Exists(File))
                return false;
            System.IO.File.Delete(File);
            if (!Directory.EnumerateFileSystemEntries(Folder).Any())
                Directory.Delete(Folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
