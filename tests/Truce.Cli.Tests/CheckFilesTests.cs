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

    [Theory]
    [InlineData("--validate", "name=\"size\" value=\"too large\"", "(6): size is no number")]
    [InlineData("", "name=\"size\" value=\"too large\"", null)]
    [InlineData("--validate", "name=\"size\" value=\"7\"", null)]
    [InlineData("--validate", "name=\"password\" value=\"too large\"",
        "not checked: validate-all wasn't run for 1 resource(s) whose parameters hold secrets")]
    public async Task Agents_are_asked_about_their_parameters_on_request_and_never_with_secrets(
        string option, string pair, string? expected)
    {
        string ran = Path.Combine(_folder, "ran");
        string mine = Directory.CreateDirectory(Path.Combine(_folder, "resource.d", "mine")).FullName;
        string agent = Written(Path.Combine(mine, "Picky"), $$"""
            #!/bin/sh
            case $1 in
            meta-data) echo '<resource-agent name="Picky"><version>1</version><parameters/><actions>
                <action name="validate-all" timeout="5s"/></actions></resource-agent>';;
            validate-all) echo "$OCF_RESKEY_size$OCF_RESKEY_password" >{{ran}}
                [ "$OCF_RESKEY_size" = 7 ] && exit 0
                echo "ocf-exit-reason:size is no number" >&2; exit 6;;
            esac
            """);
        File.SetUnixFileMode(agent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string xml = ScriptedCluster.Xml.Replace("<group id=\"g\">",
            "<primitive id=\"picky\" class=\"ocf\" provider=\"mine\" type=\"Picky\">"
            + $"<instance_attributes id=\"pi\"><nvpair id=\"p\" {pair}/></instance_attributes></primitive>"
            + "<group id=\"g\">", StringComparison.Ordinal);
        await _terminal.With("OCF_ROOT", _folder).RunAsync($"check {option} -", xml);
        if (expected is null)
            Assert.DoesNotContain("refused-parameters", _terminal.Output, StringComparison.Ordinal);
        else
            Assert.Contains(expected, _terminal.Output, StringComparison.Ordinal);
        bool isAsked = option.Length > 0 && !pair.Contains("password", StringComparison.Ordinal);
        Assert.Equal(isAsked, File.Exists(ran));
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
