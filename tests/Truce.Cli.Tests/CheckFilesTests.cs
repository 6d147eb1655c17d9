namespace Truce.Cli.Tests;

/// <summary>The files beside a configuration: corosync.conf of several nodes, and sbd's.</summary>
public sealed class CheckFilesTests : IDisposable
{
    private const string Conf = "totem {\n  version: 2\n  token: 3000\n}\n";

    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_of_several_nodes_are_compared_and_named_by_line()
    {
        string one = Written("n1.conf", Conf),
            two = Written("n2.conf", Conf.Replace("3000", "9000", StringComparison.Ordinal));
        Assert.Equal(ExitCode.No, await _terminal.RunAsync(
            $"check --fail-on warning --corosync-conf {one} --corosync-conf {two} -", ScriptedCluster.Xml));
        Assert.Contains($"{two}:3:1: totem.token: 9000, but 3000 in {one}; do: ", _terminal.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_sbd_are_checked()
    {
        string sbd = Written("sbd", "# sbd\nSBD_DEVICE=\"/dev/a;/dev/b\"\n");
        Assert.Equal(ExitCode.Done, await _terminal.RunAsync($"check --sbd {sbd} -", ScriptedCluster.Xml));
        Assert.Contains($"{sbd}:2:1: SBD_DEVICE: two devices", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_sbd_s_is_bad_input()
    {
        string other = Written("other", Conf);
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync($"check --sbd {other} "
            + $"-", ScriptedCluster.Xml));
        Assert.Contains(other, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sarif_names_the_file_of_each_finding()
    {
        string sbd = Written("sbd", "SBD_DEVICE=\"/dev/a;/dev/b\"\n"),
            sarif = Path.Combine(_folder, "check.sarif");
        await _terminal.RunAsync($"check --sbd {sbd} --sarif {sarif} -", ScriptedCluster.Xml);
        string text = await File.ReadAllTextAsync(sarif, TestContext.Current.CancellationToken);
        Assert.Contains($"\"uri\": \"{sbd}\"", text, StringComparison.Ordinal);
    }

    private string Written(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
