using System.Text;

namespace Truce.Lab.Hosts;

/// <summary>What a node keeps over a power cut, and what a boot writes there.</summary>
internal static class NodeDisk
{
    private const UnixFileMode Sticky = UnixFileMode.StickyBit
        | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the folders that are missing, and writes what each boot has anew.</summary>
    public static void Prepare(LabPaths lab, LabDefinition definition, LabNode node, Boot boot, NodeView view)
    {
        NodePaths paths = lab.Node(node.Name);
        foreach (string folder in SetupScript.OwnFolders)
            Directory.CreateDirectory(Path.Combine(paths.Disk, folder));
        Directory.CreateDirectory(Path.Combine(paths.Disk, "var-log", "truce"));
        File.SetUnixFileMode(Path.Combine(paths.Disk, "var-tmp"), Sticky);
        if (definition.Engine == LabEngine.Corosync)
            CorosyncFiles.Write(
                Path.Combine(paths.Disk, "etc-corosync"), File.ReadAllBytes(lab.Key), definition);
        Empty(paths.Run);
        WriteBootFiles(definition, node, boot, view, paths);
    }

    private static void WriteBootFiles(LabDefinition definition, LabNode node, Boot boot, NodeView view,
        NodePaths paths)
    {
        string etc = Path.Combine(paths.Disk, "etc-truce");
        File.WriteAllText(paths.BootId, boot.Id + "\n");
        File.WriteAllText(Path.Combine(etc, "truce.conf"), view.Render(definition, node, boot));
        if (definition.InitialConfiguration is { } initial)
            LabFolder.WritePrivateAsync(
                Path.Combine(etc, "initial.xml"), initial, CancellationToken.None).GetAwaiter().GetResult();
        File.WriteAllText(Path.Combine(paths.Disk, "hostname"), node.Name + "\n");
        File.WriteAllText(Path.Combine(paths.Disk, "hosts"), Hosts(definition));
    }

    private static string Hosts(LabDefinition definition)
    {
        StringBuilder text = new("127.0.0.1 localhost\n::1 localhost\n");
        foreach (LabNode node in definition.Nodes)
            text.Append(LabDefinition.Address(0, node.Number)).Append(' ').Append(node.Name).Append('\n');
        return text.Append(LabDefinition.Address(0, 0)).Append(' ').Append(LabDefinition.Client).Append('\n')
            .ToString();
    }

    private static void Empty(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }
}
