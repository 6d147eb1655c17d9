using System.Net.Sockets;
using System.Text.Json;
using Truce.Client;
using Truce.Lab;

namespace Truce.Cli.Ending;

/// <summary>Failures that weren't handled where they happened, but aren't bugs: the machine, a
/// file or a socket refused.</summary>
internal static class Failures
{
    private const string OpenFiles = "raise the limit on open files (ulimit -n), or stop the programs that use them";

    /// <summary>The exit code and the sentence for an exception; null: a defect of ours.</summary>
    public static CommandException? Expected(Exception problem) => problem switch
    {
        CommandException own => own,
        LabException lab => new CommandException(CodeOf(lab.Kind), lab.Message, lab.Remedy),
        ClusterUnreachableException gone => new CommandException(
            ExitCode.Unreachable, gone.Message, "check that truced runs there (systemctl status truced)"),
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } socket => new CommandException(ExitCode.BadInput, socket.Message, OpenFiles),
        SocketException { SocketErrorCode: SocketError.AccessDenied } socket => new CommandException(ExitCode.Refused, socket.Message, "run it as root, or as a member of the group truce"),
        SocketException socket => new CommandException(
            ExitCode.Unreachable, socket.Message, "check that truced runs there (systemctl status truced)"),
        UnauthorizedAccessException denied => new CommandException(ExitCode.Refused, denied.Message, "run it as a user with that permission"),
        IOException { HResult: TooManyFiles or TooManyFilesOfSystem } => new CommandException(ExitCode.BadInput, problem.Message, OpenFiles),
        IOException io => new CommandException(
            ExitCode.BadInput, io.Message, "check the file, and the disk it is on"),
        System.ComponentModel.Win32Exception start => new CommandException(ExitCode.BadInput, start.Message, "install the named program, or reduce the load on the machine"),
        OutOfMemoryException => new CommandException(
            ExitCode.BadInput, "not enough memory for this input", "use a smaller input, or raise the memory limit"),
        JsonException json => new CommandException(
            ExitCode.Unreachable, $"an answer that this version doesn't understand: {json.Message}",
            "use the truce program of the same version as the cluster's truced"),
        AggregateException { InnerExceptions: [var inner] } => Expected(inner),
        _ => null,
    };

    /// <summary>A lab's failure as an exit code.</summary>
    public static ExitCode CodeOf(LabFailure kind) => kind switch
    {
        LabFailure.BadInput => ExitCode.BadInput,
        LabFailure.NoLab => ExitCode.Unreachable,
        LabFailure.Refused => ExitCode.Refused,
        LabFailure.TimedOut => ExitCode.TimedOut,
        LabFailure.Failed => ExitCode.No,
    };

    private const int TooManyFiles = 24;
    private const int TooManyFilesOfSystem = 23;
}
