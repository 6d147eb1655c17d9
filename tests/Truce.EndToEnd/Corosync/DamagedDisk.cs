using System.Buffers.Binary;
using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Corosync;

/// <summary>What a disk does to a node's database.</summary>
/// <param name="cluster">The lab.</param>
/// <param name="node">Whose.</param>
/// <param name="store">The file, as the node sees it.</param>
internal sealed class DamagedDisk(LabCluster cluster, string node, string store)
{
    // In the head of an SQLite file.
    private const int UserVersionAt = 60;

    private string Folder => Path.Combine(cluster.Folder, "nodes", node, "disk", "var-lib-truce");

    private string Database => Path.Combine(Folder, Path.GetFileName(store));

    /// <summary>For a disk that is to run full while the node runs: a small one.</summary>
    public async Task PrepareAsync(string kind, CancellationToken cancel)
    {
        if (kind != "full")
            return;
        await OnNodeAsync("systemctl stop truced", cancel);
        await SmallAsync(cancel);
        await OnNodeAsync("systemctl start truced", cancel);
    }

    /// <summary>Does it.</summary>
    public async Task DamageAsync(string kind, CancellationToken cancel)
    {
        switch (kind)
        {
            case "truncated":
                using (FileStream file = new(Database, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                    file.SetLength(file.Length / 2);
                break;
            case "garbage":
                Overwrite(bytes => new Random(7).NextBytes(bytes));
                break;
            case "bit":
                Overwrite(bytes =>
                    bytes[Array.FindLastIndex(bytes, bytes.Length - 64, b => b is > 32 and < 127)] ^= 4);
                break;
            case "deleted":
                foreach (string path in Directory.GetFiles(Folder, "controller.db*"))
                    File.Delete(path);
                break;
            case "newer":
                Overwrite(bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(UserVersionAt), 999));
                break;
            case "foreign":
                await ForeignAsync(cancel);
                break;
            case "full":
                if ((await OnNodeAsync("findmnt -n -t tmpfs /var/lib/truce", cancel)).Code != 0)
                    await SmallAsync(cancel);
                await OnNodeAsync("cat /dev/zero >/var/lib/truce/fill; true", cancel);
                break;
            case "read-only" when (await OnNodeAsync("systemctl is-active --quiet truced", cancel)).Code == 0:
                await OnNodeAsync("chattr +i /var/lib/truce/controller.db*", cancel);
                break;
            case "read-only":
                await OnNodeAsync("mount -o bind,ro /var/lib/truce /var/lib/truce", cancel);
                break;
            default:
                throw new ArgumentException($"no such damage: {kind}", nameof(kind));
        }
    }

    /// <summary>Gives a full or read-only disk back what it lacks. Does nothing to another.</summary>
    public async Task RestoreAsync()
    {
        await OnNodeAsync("rm -f /var/lib/truce/fill", CancellationToken.None);
        await OnNodeAsync(
            "chattr -i /var/lib/truce/controller.db*; findmnt -n -o OPTIONS /var/lib/truce | grep -qw ro "
            + "&& umount /var/lib/truce; true", CancellationToken.None);
    }

    private Task<Ended> SmallAsync(CancellationToken cancel) => OnNodeAsync(
        "cp -a /var/lib/truce /run/truce-disk && mount -t tmpfs -o size=512k,mode=700 disk /var/lib/truce "
        + "&& cp -a /run/truce-disk/. /var/lib/truce/", cancel);

    private Task<Ended> OnNodeAsync(string script, CancellationToken cancel) =>
        cluster.RunAsync(cancel, "lab", "exec", node, "--", "sh", "-c", script);

    private void Overwrite(Action<byte[]> change)
    {
        EmptyLog();
        byte[] bytes = File.ReadAllBytes(Database);
        change(bytes);
        using FileStream whole = new(Database, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        whole.Write(bytes);
    }

    private async Task ForeignAsync(CancellationToken cancel)
    {
        await using LabCluster other = await LabCluster.UpOnCorosyncAsync("recorders.xml", 3, cancel);
        await other.DoAsync(cancel, "lab", "exec", node, "--", "systemctl", "stop", "truced");
        string theirs = Path.Combine(
            other.Folder, "nodes", node, "disk", "var-lib-truce", Path.GetFileName(store));
        EmptyLog();
        byte[] bytes = await File.ReadAllBytesAsync(theirs, cancel);
        using FileStream whole = new(Database, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        whole.SetLength(0);
        whole.Write(bytes);
    }

    // What the log still holds would heal the file.
    private void EmptyLog()
    {
        using FileStream log = new(
            Database + "-wal", FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        log.SetLength(0);
    }
}
