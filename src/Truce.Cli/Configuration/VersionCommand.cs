using System.CommandLine;
using System.Globalization;
using System.Xml.Linq;
using Truce.Analysis.WhatIf;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Configuration;

/// <summary><c>truce config diff</c> and <c>restore</c>: versions of the history compared, and brought
/// back.</summary>
internal static class VersionCommand
{
    /// <summary><c>config diff A [B]</c>.</summary>
    public static Command Diff(CliContext context)
    {
        Argument<long> a = new("A") { Description = "A version from the history" };
        Argument<long?> b =
            new("B") { Description = "Another; the current one by default", Arity = ArgumentArity.ZeroOrOne };
        Command command =
            new("diff", "Show what changed from version A to B, and what going back to A would do") { a, b };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            XElement before = await ReadAsync(cluster, parse.GetValue(a), c).ConfigureAwait(false);
            XElement after = await ReadAsync(cluster, parse.GetValue(b), c).ConfigureAwait(false);
            DifferenceJson[] all = [.. ConfigurationDifference.Between(before, after).Select(Describe)];
            string now = await RunningConfiguration.ReadAsync(cluster, c).ConfigureAwait(false);
            PlannedStep[] steps =
                [.. new OnPaper(context.Planner, context.Time.GetUtcNow()).Difference(now,
                    With(now, before))];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(new VersionDifferenceJson(all, steps),
                    CliJson.Indented.VersionDifferenceJson);
            else
                Print(context.Output, parse.GetValue(a), all, steps);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    /// <summary><c>config restore N</c>.</summary>
    public static Command Restore(CliContext context)
    {
        Argument<long> version = new("VERSION") { Description = "A version from the history" };
        ChangeOptions options = new();
        Command command = options.AddTo(new Command(
            "restore", "Make an earlier version the configuration again, as a new version") { version });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            long number = parse.GetValue(version);
            XElement wanted = await ReadAsync(cluster, number, c).ConfigureAwait(false);
            return await new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"config restore {number}", $"the configuration is as in version {number}",
                    d => d.Replace(wanted)), c).ConfigureAwait(false);
        }, cancel));
        return command;
    }

    // Secrets are compared and restored by who may see them; for others a mask means that it stays as it is.
    private static async Task<XElement> ReadAsync(ICluster cluster, long? version, CancellationToken cancel)
    {
        ClientRequest.GetConfiguration masked = new(version, false);
        ClientReply reply =
            await cluster.AskAsync(masked with { Secrets = SecretsShown.Shown },
                cancel).ConfigureAwait(false);
        string xml = reply is ClientReply.Configuration shown
            ? shown.Xml
            : (await cluster.AskAsync<ClientReply.Configuration>(masked, cancel).ConfigureAwait(false)).Xml;
        return CibDocument.Parse(xml).Root;
    }

    private static string With(string now, XElement configuration)
    {
        CibDocument document = CibDocument.Parse(now);
        document.Replace(configuration);
        return document.Text;
    }

    private static void Print(TextWriter output, long version, DifferenceJson[] all, PlannedStep[] steps)
    {
        foreach (DifferenceJson one in all)
            output.WriteLine(
                $"{Sign(one.Change)} {one.Element}{(one.Text.Length > 0 ? $": {one.Text}" : "")}");
        if (all.Length == 0)
            output.WriteLine("no difference");
        foreach (PlannedStep step in steps)
            output.WriteLine($"restoring {version.ToString(CultureInfo.InvariantCulture)} would {step}");
    }

    private static char Sign(string change) => change switch
    {
        "created" => '+',
        "removed" => '-',
        _ => '~',
    };

    private static DifferenceJson Describe(ConfigurationChange change) => change switch
    {
        ConfigurationChange.Created c =>
            new("created", ConfigurationChange.Name(c.Element), Attributes(c.Element)),
        ConfigurationChange.Removed c =>
            new("removed", ConfigurationChange.Name(c.Element), Attributes(c.Element)),
        ConfigurationChange.Altered c =>
            new("altered", ConfigurationChange.Name(c.After), Altered(c.Before, c.After)),
        ConfigurationChange.Reordered c =>
            new("reordered", ConfigurationChange.Name(c.After), "in another order"),
    };

    private static string Altered(XElement before, XElement after) => string.Join(", ", before.Attributes()
        .Concat(after.Attributes()).Select(a => a.Name.LocalName).Distinct()
        .Where(n => (string?)before.Attribute(n) != (string?)after.Attribute(n))
        .Select(n => $"{n} {Shown(before, n)} -> {Shown(after, n)}"));

    private static string Attributes(XElement element) => string.Join(' ', element.DescendantsAndSelf()
        .SelectMany(e => e.Name.LocalName == "nvpair"
            ? [$"{(string?)e.Attribute("name")}={Shown(e, "value")}"]
            : e == element
                ? e.Attributes().Where(a => a.Name != "id").Select(a => $"{a.Name.LocalName}={a.Value}")
                    : []));

    private static string Shown(XElement element, string attribute) =>
        (string?)element.Attribute(attribute) is { } value
        ? attribute == "value" ? SecretNames.Shown((string?)element.Attribute("name"), value)! : value
        : "(not set)";
}

/// <summary>A difference between two versions.</summary>
/// <param name="Change">created, removed, altered or reordered.</param>
/// <param name="Element">The element, by kind and id.</param>
/// <param name="Text">What is in it, or what differs; secrets are masked.</param>
internal sealed record DifferenceJson(string Change, string Element, string Text);

/// <summary>What <c>config diff --json</c> prints.</summary>
/// <param name="Differences">From the first version to the second.</param>
/// <param name="Restore">What restoring the first one would make the cluster do.</param>
internal sealed record VersionDifferenceJson(IReadOnlyList<DifferenceJson> Differences,
    IReadOnlyList<PlannedStep> Restore);
