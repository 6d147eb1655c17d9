using System.CommandLine;
using System.Globalization;
using System.Xml.Linq;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;

namespace Truce.Cli.Resources;

/// <summary>
/// <c>truce resource restart</c>: stops a resource by a setting that carries its own end, waits, and takes the
/// setting away. Should this command be killed in between, the resource comes back when the setting ends.
/// </summary>
internal static class RestartCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> resource = new("RESOURCE") { Description = "Its id" };
        WaitOptions wait = new();
        Command command = wait.AddTo(new Command("restart", "Stop RESOURCE and what depends on it, and start it again") { resource });
        command.SetAction((parse, cancel) => context.OnClusterAsync(
            parse, (cluster, c) => RunAsync(new Run(context, parse, cluster, parse.GetValue(resource)!, wait.Limit(parse) ?? Waiting.Default), c), cancel));
        return command;
    }

    private sealed record Run(CliContext Context, ParseResult Parse, ICluster Cluster, string Resource, TimeSpan Limit);

    private static async Task<ExitCode> RunAsync(Run run, CancellationToken cancel)
    {
        Outcome outcome = new(run.Context, run.Parse, run.Cluster);
        IReadOnlyCollection<string> inside = [];
        DateTimeOffset end = run.Context.Time.GetUtcNow() + run.Limit;
        ClientReply.Done? stopped = await run.Cluster.ChangeAsync($"resource restart {run.Resource}: stop", xml =>
        {
            CibDocument document = CibDocument.Parse(xml);
            inside = ResourceCommand.Inside(document, run.Resource);
            AddStop(document.Resource(run.Resource), SetId(run.Resource), end);
            return document.Text;
        }, cancel).ConfigureAwait(false);
        bool isDown = await run.Cluster.UntilAsync(
            run.Context.Time, run.Limit, s => s.IsSettled(stopped!.Version) && !s.NodesOf(inside).Any(), cancel).ConfigureAwait(false);
        // Whether or not it has stopped: what this command set, it takes away.
        ClientReply.Done? done = await run.Cluster.ChangeAsync(
            $"resource restart {run.Resource}: start", xml => RemoveStop(xml, run.Resource), cancel).ConfigureAwait(false);
        if (!isDown)
            throw new CommandException(ExitCode.TimedOut, $"{run.Resource} has not stopped within {run.Limit.TotalSeconds:0.#} s; it is left to run",
                "see why: truce status");
        await outcome.SettleAsync(done?.Version ?? stopped!.Version, run.Limit, cancel).ConfigureAwait(false);
        outcome.Print($"{run.Resource} was stopped and started again", done);
        return ExitCode.Done;
    }

    private static string SetId(string resource) => $"truce-restart-{resource}";

    private static void AddStop(XElement resource, string id, DateTimeOffset end)
    {
        Find(resource, id)?.Remove();
        // A higher score than any other set of the resource: it is read first and wins.
        resource.AddFirst(new XElement("meta_attributes",
            new XAttribute("id", id),
            new XAttribute("score", "INFINITY"),
            new XElement("rule",
                new XAttribute("id", id + "-rule"),
                new XAttribute("score", "0"),
                new XElement("date_expression",
                    new XAttribute("id", id + "-end"),
                    new XAttribute("operation", "lt"),
                    new XAttribute("end", end.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)))),
            new XElement("nvpair",
                new XAttribute("id", id + "-target-role"),
                new XAttribute("name", "target-role"),
                new XAttribute("value", "Stopped"))));
    }

    private static string? RemoveStop(string xml, string resource)
    {
        CibDocument document = CibDocument.Parse(xml);
        if (Find(document.Resource(resource), SetId(resource)) is not { } set)
            return null;
        set.Remove();
        return document.Text;
    }

    private static XElement? Find(XElement resource, string id) =>
        resource.Elements("meta_attributes").FirstOrDefault(s => CibDocument.IdOf(s) == id);
}
