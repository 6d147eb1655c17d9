using System.Collections.Immutable;
using System.Text;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class SecretTests : IDisposable
{
    private const string Secret = "caf\u00e9-hunter2-\u65e5\u672c";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-secret-test-").FullName;
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    public void Dispose()
    {
        _spawner.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_secret_that_a_capture_cuts_anywhere_shows_no_part_of_itself()
    {
        SecretText secrets = SecretText.Of(Operation(("password", Secret)));
        CaptureLimits limits = new(40, 40);
        byte[] secret = Encoding.UTF8.GetBytes(Secret);
        for (int before = 10; before <= 90; before++)
        {
            OutputCapture capture = new(limits);
            capture.Add(Encoding.UTF8.GetBytes(new string('.', before)));
            capture.Add(secret);
            capture.Add(Encoding.UTF8.GetBytes(new string('.', 100 - before)));
            string shown = secrets.Hide(capture.Text());
            Assert.Empty(shown.Where(c => Secret.Contains(c, StringComparison.Ordinal) && char.IsLetter(c)).Except("bytes left out"));
        }
    }

    [Fact]
    public void A_reason_that_is_cut_within_a_secret_shows_no_part_of_it()
    {
        SecretText secrets = SecretText.Of(Operation(("password", Secret)));
        Assert.Equal("login with ********", secrets.HideEnd("login with caf\u00e9-hun"));
        Assert.Equal("login with bob", secrets.HideEnd("login with bob"));
    }

    [Fact]
    public async Task A_secret_s_file_is_read_when_the_agent_runs_and_its_content_is_masked()
    {
        string file = Write(Secret + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        OperationOutcome outcome = await RunAsync(Operation(("ip", $"secret-file:{file}")));
        Assert.Equal(0, outcome.ReturnCode);
        Assert.Contains("OCF_RESKEY_ip=********", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", outcome.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, "accessible to others")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite, "accessible to others")]
    public async Task A_secret_s_file_that_others_can_open_is_refused(UnixFileMode mode, string reason)
    {
        string file = Write(Secret, mode);
        OperationOutcome outcome = await RunAsync(Operation(("password", $"secret-file:{file}")));
        Assert.Equal(OperationStatus.NotInstalled, outcome.Status);
        Assert.Contains(reason, outcome.ExitReason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", outcome.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_link_leads_to_a_secret_and_a_folder_is_none()
    {
        string file = Write(Secret, UnixFileMode.UserRead);
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, file);
        string folder = Path.Combine(_folder, "linked");
        Directory.CreateSymbolicLink(folder, _folder);
        foreach (string path in new[] { link, Path.Combine(folder, "secret"), _folder, Path.Combine(_folder, "absent") })
        {
            OperationOutcome outcome = await RunAsync(Operation(("password", $"secret-file:{path}")));
            Assert.Equal(OperationStatus.NotInstalled, outcome.Status);
        }
    }

    [Fact]
    public async Task A_stop_goes_on_without_a_secret_that_cant_be_read()
    {
        OperationOutcome outcome = await RunAsync(Operation(("password", "secret-file:/nowhere/at/all")) with { Action = "stop" });
        Assert.Equal(OperationStatus.Done, outcome.Status);
    }

    private Task<OperationOutcome> RunAsync(OperationSpec operation) =>
        Fixture.Runner(_spawner).RunAsync(operation, null, TestContext.Current.CancellationToken);

    private static OperationSpec Operation(params (string, string)[] parameters) =>
        Fixture.Operation("environment", "monitor", parameters);

    private string Write(string text, UnixFileMode mode)
    {
        string file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
