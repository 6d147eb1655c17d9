using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary>Refusals as the ends of commands.</summary>
public sealed class AnswersTests
{
    [Theory]
    [InlineData("user web may look, and change nothing; do: run it as root",
        "user web may look, and change nothing", "run it as root")]
    [InlineData("web may not fence", "web may not fence",
        "run it as root, or as a user to whom the configuration's ACLs give the permission")]
    public void What_to_do_is_said_once(string message, string problem, string? remedy)
    {
        ClientReply.Refused refused = new(RefusalKind.Permission, message, []);
        CommandException end = Answers.Refusal(refused);
        Assert.Equal((ExitCode.Refused, problem, remedy), (end.Code, end.Message, end.Remedy));
    }
}
