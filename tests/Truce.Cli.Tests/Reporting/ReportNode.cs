using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using Truce.Cli.Reporting;
using Truce.Contracts;

namespace Truce.Cli.Tests.Reporting;

/// <summary>A node with files, logs and programs of its own, in which secrets of every kind are
/// planted.</summary>
internal sealed class ReportNode : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Program7 = Private | UnixFileMode.UserExecute;

    // As the configuration has them: special characters, a parameter that only the history marks, a short
    // one.
    private const string Attributes = """
        <instance_attributes id="i">
          <nvpair id="i1" name="password" value="s3cret-&lt;&amp;&quot;'param"/>
          <nvpair id="i2" name="pin_of_db" value="s3cret-marked"/>
          <nvpair id="i3" name="api_token" value="secret-file:@FILE@"/>
          <nvpair id="i4" name="passwd" value="s3c"/>
          <nvpair id="i5" name="options" value="ro,password=s3cret-option"/>
        </instance_attributes>
        """;

    private const string History = """
        <status>
          <node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
            <transient_attributes id="1"><instance_attributes id="t">
              <nvpair id="t1" name="db_password" value="s3cret-transient"/>
            </instance_attributes></transient_attributes>
            <lrm id="1"><lrm_resources>
              <lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="web_last_0" operation="start" interval="0" call-id="1" rc-code="0"
                  op-status="0"
                  op-secure-params=" pin_of_db " exit-reason="bad pin s3cret-marked"
                  transition-key="1:1:0:0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"
                  transition-magic="0:0;1:1:0:0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"/>
              </lrm_resource>
            </lrm_resources></lrm>
          </node_state>
        </status>
        """;

    private const string Alerts = """
        <constraints/><alerts><alert id="mail" path="/agent">
          <instance_attributes id="ai">
            <nvpair id="ai1" name="smtp_password" value="s3cret-alert"/>
          </instance_attributes>
        </alert></alerts>
        """;

    // What logs and programs say of them, and of secrets that no configuration knows.
    private static readonly string[] s_leaks =
    [
        "login with s3cret-<&\"'param failed", "pin s3cret-marked", "read s3cret-file", "s3c is short",
        "it was s3cret-old once", "mail with s3cret-alert", "attribute s3cret-transient",
        "<nvpair name=\"password\" value=\"s3cret-&lt;&amp;&quot;'param\"/>",
        "<nvpair id=\"x\" name=\"passwd\" value=\"s3cret-named-xml\"/>", "passwd=s3cret-named",
        "fence_ipmilan --password s3cret-named-option -a 10.0.0.1", "http://admin:s3cret-named-url@bmc/",
        "Authorization: Basic s3cret-named-header", "{\"secret\": \"s3cret-named-json\"}",
        "-----BEGIN PRIVATE KEY-----", "s3cret-named-key", "-----END PRIVATE KEY-----",
    ];

    private static readonly string[] s_programs =
    [
        "ip", "df", "timedatectl", "systemctl", "corosync", "corosync-cfgtool", "corosync-quorumtool",
        "corosync-cmapctl", "journalctl", "truced", "uname", "dpkg-query", "rpm",
    ];

    public ReportNode()
    {
        Directory.CreateDirectory(In("bin"));
        Archive = In("out.tar.gz");
        Write("truce.conf",
            $"node = n1\nlog_dir = {In("log")}\nrun_dir = {In("run")}\nstate_dir = {In("state")}\n"
            + "snmp_community = s3cret-conf\n");
        Write("etc/corosync.conf", "totem {\n  token: 3000\n  key: s3cret-totem\n}\n");
        Write("etc/authkey", "s3cret-authkey");
        Write("secret", "s3cret-file\n");
        Write("run/controller.out", "stays out: " + Leaks);
        Write("run/api.journal", Leaks);
        Write("state/controller.db", Leaks);
        Write("corosync.log", Leaks);
        Log([.. s_leaks.Select(l => "2026-03-01T11:30:00.000Z info controller[1]: " + l)]);
        foreach (string program in s_programs)
            Program(program, $"echo \"$0 $*\" watchdog; /bin/cat {Write("leaks", Leaks)}");
        Terminal.Cluster!.Configuration = ScriptedCluster.Xml
            .Replace("<operations><op id=\"web-m", Attributes.Replace("@FILE@", In("secret"),
                StringComparison.Ordinal)
                + "<operations><op id=\"web-m", StringComparison.Ordinal)
            .Replace("<status/>", History, StringComparison.Ordinal)
            .Replace("<constraints/>", Alerts, StringComparison.Ordinal);
        Terminal.Cluster.Answer = Remembered;
        Terminal.Cluster.Status = c => c.Running(("web", "n1")) with
        {
            Holds = [new HoldStatus("failures", "web", "n1", "agent said: s3cret-<&\"'param")],
            AnsweredBy = "n1",
        };
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("truce-report-test-").FullName;

    public Terminal Terminal { get; } = new Terminal { Cluster = new ScriptedCluster() }.With("TRUCE_SOCKET",
        "s");

    public string Archive { get; set; }

    public bool IsDown { get; set; }

    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    public string Output { get; private set; } = "";

    private static string Leaks => string.Join('\n', s_leaks) + "\n";

    public void Program(string name, string body)
    {
        string path = Write($"bin/{name}", $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, Program7);
    }

    public void Log(params string[] lines) => Write("log/controller.log", string.Join('\n', lines) + "\n");

    public async Task<ExitCode> RunAsync(string line)
    {
        using StringWriter output = new();
        Terminal terminal = IsDown ? new Terminal().With("TRUCE_SOCKET", "s") : Terminal;
        CliContext context = terminal.Context(output, output);
        ReportPlaces places = new()
        {
            Configuration = In("truce.conf"),
            CorosyncConf = In("etc/corosync.conf"),
            CorosyncLogs = [In("corosync.log"), In("nowhere.log")],
            Programs = [In("bin")],
            Patience = Patience,
        };
        RootCommand root = new("truce") { context.Json, ReportCommand.Create(context, places) };
        int code = await root.Parse($"{line} --output {Archive}").InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false },
            TestContext.Current.CancellationToken);
        Output = output.ToString();
        return (ExitCode)code;
    }

    /// <summary>What is in the archive, by name without its folder.</summary>
    public IReadOnlyDictionary<string, string> Unpack()
    {
        Dictionary<string, string> files = [];
        using FileStream file = File.OpenRead(Archive);
        using GZipStream bytes = new(file, CompressionMode.Decompress);
        using TarReader tar = new(bytes);
        while (tar.GetNextEntry() is { } entry)
        {
            Assert.Equal(Private, entry.Mode);
            Assert.StartsWith("truce-report-n1-20260301T12", entry.Name, StringComparison.Ordinal);
            using StreamReader text = new(entry.DataStream ?? Stream.Null);
            files.Add(entry.Name[(entry.Name.IndexOf('/', StringComparison.Ordinal) + 1)..],
                text.ReadToEnd());
        }

        return files;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static ClientReply? Remembered(ClientRequest asked) => asked switch
    {
        ClientRequest.GetConfiguration { Version: 5 } => new ClientReply.Configuration(5,
            ScriptedCluster.Xml.Replace(
            "<operations><op id=\"web-m", "<instance_attributes id=\"i\"><nvpair id=\"i1\" name=\"password\" "
                + "value=\"s3cret-old\"/></instance_attributes><operations><op id=\"web-m",
                    StringComparison.Ordinal)),
        ClientRequest.GetConfigurationHistory => new ClientReply.ConfigurationHistory(
            [new ConfigurationEntry(5, At(-3), "root", "password s3cret-old")]),
        ClientRequest.GetEvents { After: 0 } => new ClientReply.Events(
            [
                new ClusterEvent(1, At(-20), 1, "operation-failed", "n1", "web", "too-early"),
                new ClusterEvent(2, At(0), 2, "operation-failed", "n1", "web", "said s3cret-marked"),
            ], 1),
        ClientRequest.GetFenceHistory => new ClientReply.FenceHistory(
            [ScriptedCluster.Fence("n2", "failed",
                ended: true) with { Evidence = "login s3cret-<&\"'param" }]),
        _ => null,
    };

    private static DateTimeOffset At(int hours) =>
        new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddHours(hours).AddMinutes(-150);

    private string In(string name) => Path.Combine(Folder, name);

    private string Write(string name, string content)
    {
        string path = In(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, Private);
        return path;
    }
}
