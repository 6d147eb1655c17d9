using System.Collections.Immutable;
using System.CommandLine;
using Spectre.Console;
using Truce.Cli.Cluster;
using Truce.Cli.Ending;
using Truce.Cli.Events;
using Truce.Cli.Printing;
using Truce.Contracts;

namespace Truce.Cli.Status;

/// <summary>
/// <c>truce status --watch</c>: a live screen on a terminal, a document per change with <c>--json</c>, else
/// the text per change; with the last events below. When the node that answers goes, it asks the next,
/// forever.
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

        void Print(Shown shown)
        {
            string text = Render(context, shown, json);
            if (text != last)
                context.Output.Write(last = text);
            context.Output.Flush();
        }
    }

    private static async Task<int> ScreenAsync(CliContext context, ParseResult parse, CancellationToken cancel)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<int> screen = AnsiConsole.Live(new Paragraph("asking …")).StartAsync(live => FollowAsync(
            context, parse, shown => live.UpdateTarget(Screen(context, shown)), ended.Token));
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
        CliContext context, ParseResult parse, Action<Shown> show, CancellationToken cancel)
    {
        LastEvents events = new();
        try
        {
            while (true)
            {
                await UntilGoneAsync(context, parse, events, show, cancel).ConfigureAwait(false);
                await Task.Delay(s_pause, context.Time, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (int)ExitCode.Done;
        }
    }

    private static async Task UntilGoneAsync(
        CliContext context, ParseResult parse, LastEvents events, Action<Shown> show,
            CancellationToken cancel)
    {
        try
        {
            await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
            await foreach (ClusterStatusDocument status in cluster.StatusesAsync(cancel).ConfigureAwait(false))
            {
                if (!parse.GetValue(context.Json))
                    await events.RefreshAsync(cluster, status.Index, cancel).ConfigureAwait(false);
                show(new Shown(status, events.Items, ""));
            }
        }
        catch (CommandException gone)
        {
            show(new Shown(null, events.Items, gone.Message));
        }
    }

    private static Paragraph Screen(CliContext context, Shown shown) =>
        StatusColours.Of(TerminalText.Harmless(
        $"{context.Time.GetLocalNow():HH:mm:ss}\n{Render(context, shown, json: false)}"));

    private static string Render(CliContext context, Shown shown, bool json)
    {
        using StringWriter text = new();
        if (json && shown.Status is { } document)
            text.WriteJson(document, CliJson.OneLine.ClusterStatusDocument);
        else if (json)
            text.WriteLine("null");
        else
            Write(context, shown, text);
        return text.ToString();
    }

    private static void Write(CliContext context, Shown shown, StringWriter text)
    {
        if (shown.Status is { } status)
            new StatusPage(text, context.Time.GetUtcNow(), context.Columns).Write(status);
        else
            text.WriteLine(shown.Problem);
        if (shown.Events.IsEmpty)
            return;
        text.WriteLine();
        text.WriteLine("Last events");
        foreach (ClusterEvent one in shown.Events)
            Wrapped.Write(text, $"  {EventText.Brief(one)}", context.Columns, indent: 4);
    }

    // What there is to show: the status, or why there is none.
    private sealed record Shown(ClusterStatusDocument? Status, ImmutableArray<ClusterEvent> Events,
        string Problem);
}
