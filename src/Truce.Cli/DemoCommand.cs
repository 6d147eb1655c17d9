using System.CommandLine;
using System.Net;
using Truce.Lab;
using Truce.Lab.Demo;

namespace Truce.Cli;

/// <summary><c>truce demo</c> and what it starts for itself; <c>make demo</c> runs it.</summary>
internal static class DemoCommand
{
    /// <summary>The demo.</summary>
    public static Command Create(CliContext context)
    {
        Option<string> examples = new("--examples")
            { Description = "The folder examples/demo", Required = true };
        Option<string?> daemon = new("--daemon")
            { Description = "A program that nodes run instead of truced", Hidden = true };
        Option<Isolation?> isolation = new("--isolation") { Description = "How nodes are kept apart" };
        Command command = new("demo", "Three nodes, a power cut, and the outage that a client saw")
            { examples, daemon, isolation };
        command.Hidden = true;
        command.SetAction(async (parse, cancel) =>
        {
            LabPaths folder = LabPaths.FromEnvironment(context.Environment("TRUCE_LAB_DIR")
                ?? $"/var/tmp/truce-demo-{Environment.ProcessId}");
            DemoRun demo = new(new TruceLab(folder), Path.GetFullPath(parse.GetValue(examples)!),
                context.Output,
                parse.GetValue(daemon), parse.GetValue(isolation));
            return await demo.RunAsync(cancel).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>The client that asks on schedule; until its input ends.</summary>
    public static Command CreateClient(CliContext context)
    {
        Argument<string> server = new("server");
        Command command = new("lab-client", "Asks for a page on schedule") { server };
        command.Hidden = true;
        command.SetAction((parse, cancel) => UntilEndAsync(token =>
            PageClient.RunAsync(EndPointOf(parse.GetValue(server)!), context.Output, token), cancel));
        return command;
    }

    /// <summary>The server of one page.</summary>
    public static Command CreatePage()
    {
        Argument<string> address = new("address");
        Argument<int> port = new("port");
        Argument<string> file = new("file");
        Command command = new("lab-page", "Serves one file") { address, port, file };
        command.Hidden = true;
        command.SetAction((parse, cancel) => UntilEndAsync(token => PageServer.RunAsync(
            EndPointOf($"{parse.GetValue(address)}:{parse.GetValue(port)}"),
            parse.GetValue(file)!, token), cancel));
        return command;
    }

    private static IPEndPoint EndPointOf(string text) => IPEndPoint.TryParse(text, out IPEndPoint? point)
        ? point
        : throw new CommandException(ExitCode.Usage, $"{text}: not an address with a port", "write it as 10.0.0.1:8080");

    private static async Task<int> UntilEndAsync(Func<CancellationToken, Task> serve,
        CancellationToken cancel)
    {
        try
        {
            await serve(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to end.
        }

        return (int)ExitCode.Done;
    }
}
