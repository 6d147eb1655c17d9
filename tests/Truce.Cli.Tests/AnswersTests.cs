using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary>Refusals as the ends of commands.</summary>
public sealed class AnswersTests
{
    [Theory]
    [InlineData("user web may look, and change nothing; do: run it as root", null)]
    [InlineData("user web may not fence", "run it as root, or as a user whom the configuration's ACLs allow it")]
    public void What_to_do_is_said_once(string message, string? remedy)
    {
        CommandException end = Answers.Refusal(new ClientReply.Refused(RefusalKind.Permission, message, []));
        Assert.Equal((ExitCode.Refused, message, remedy), (end.Code, end.Message, end.Remedy));
    }
}
