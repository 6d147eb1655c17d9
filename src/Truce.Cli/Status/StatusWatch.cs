using System.CommandLine;
using Spectre.Console;
using Truce.Cli.Cluster;
using Truce.Cli.Ending;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Status;

/// <summary>
/// <c>truce status --watch</c>: a live screen on a terminal, a document per change with <c>--json</c>, else
/// the text per change. When the node that answers goes, it asks the next, forever.
/// </summary>
internal static class StatusWatch
{
    private static readonly TimeSpan s_keyPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until it is ended.</summary>
    public static async Task<int> RunAsync(CliContext context, ParseResult parse, CancellationToken cancel)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel, context.OutputEnded);
        cancel = ended.Token;
        bool json = parse.GetValue(context.Json);
        if (!json && context.IsTerminal)
            return await ScreenAsync(context, parse, cancel).ConfigureAwait(false);
        string last = "";
        return await FollowAsync(context, parse, Print, cancel).ConfigureAwait(false);

        void Print(ClusterStatusDocument? status, string problem)
        {
            string text = Render(context, status, problem, json);
            if (text != last)
                context.Output.Write(last = text);
            context.Output.Flush();
        }
    }

    private static async Task<int> ScreenAsync(CliContext context, ParseResult parse, CancellationToken cancel)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<int> screen = AnsiConsole.Live(new Text("asking …")).StartAsync(live => FollowAsync(
            context, parse, (status, problem) => live.UpdateTarget(Screen(context, status, problem)), ended.Token));
        await QuitKeyAsync(screen, ended.Token).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        return await screen.ConfigureAwait(false);
    }

    // q ends it, as in every pager; where keys can't be read, only a signal does.
    private static async Task QuitKeyAsync(Task screen, CancellationToken cancel)
    {
        while (!screen.IsCompleted && !cancel.IsCancellationRequested)
        {
            if (!Console.IsInputRedirected && Console.KeyAvailable && Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
                return;
            await Task.WhenAny(screen, Task.Delay(s_keyPause, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private static async Task<int> FollowAsync(
        CliContext context, ParseResult parse, Action<ClusterStatusDocument?, string> show, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await UntilGoneAsync(context, parse, show, cancel).ConfigureAwait(false);
                await Task.Delay(s_pause, context.Time, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (int)ExitCode.Done;
        }
    }

    private static async Task UntilGoneAsync(
        CliContext context, ParseResult parse, Action<ClusterStatusDocument?, string> show, CancellationToken cancel)
    {
        try
        {
            await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
            await foreach (ClusterStatusDocument status in cluster.StatusesAsync(cancel).ConfigureAwait(false))
                show(status, "");
        }
        catch (CommandException gone)
        {
            show(null, gone.Message);
        }
    }

    private static Text Screen(CliContext context, ClusterStatusDocument? status, string problem) =>
        new(TerminalText.Harmless($"{context.Time.GetLocalNow():HH:mm:ss}\n{Render(context, status, problem, json: false)}"));

    private static string Render(CliContext context, ClusterStatusDocument? status, string problem, bool json)
    {
        using StringWriter text = new();
        if (status is null)
            text.WriteLine(json ? "null" : problem);
        else if (json)
            text.WriteJson(status, CliJson.OneLine.ClusterStatusDocument);
        else
            new StatusText(text, context.Time.GetUtcNow(), context.Columns).Write(status);
        return text.ToString();
    }
}
