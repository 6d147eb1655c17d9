namespace Truce.Daemon.Roles;

/// <summary>
/// The folder of the tools that agents expect (crm_attribute and the like), on their PATH
/// only: one program under many names.
/// </summary>
internal static class AgentToolLinks
{
    private static readonly string[] s_names =
    [
        "crm_attribute", "crm_master", "crm_failcount", "crm_standby", "attrd_updater", "crm_node", "crm_resource", "crm_mon",
        "stonith_admin", "cibadmin",
    ];

    /// <summary>Whether the program lies beside this one (it is built where there is a C compiler).</summary>
    public static bool AreHere => File.Exists(Program);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "truce-agent-tool");

    /// <summary>Makes the folder, or mends it.</summary>
    public static void Make(string directory)
    {
        if (!AreHere)
            return;
        Directory.CreateDirectory(directory);
        foreach (string name in s_names)
            Link(Path.Combine(directory, name));
    }

    // Executor and fencer may do so at once: what is right already stays.
    private static void Link(string path)
    {
        FileInfo link = new(path);
        if (link.LinkTarget == Program)
            return;
        string made = $"{path}.{System.Environment.ProcessId}";
        File.Delete(made);
        File.CreateSymbolicLink(made, Program);
        File.Move(made, path, overwrite: true);
    }
}
