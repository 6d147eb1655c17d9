using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Cluster;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli.Constraints;

/// <summary><c>truce constraint list</c>: each constraint as a sentence.</summary>
internal static class ConstraintList
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string?> resource = new Argument<string?>("RESOURCE")
        {
            Description = "Only those about this resource",
            Arity = ArgumentArity.ZeroOrOne,
        }.SuggestingResources(context);
        Command command = new("list", "List constraints") { resource };
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, async (cluster, c) =>
        {
            CibDocument document = await cluster.DocumentAsync(c).ConfigureAwait(false);
            string? about = parse.GetValue(resource) is { } id ? CibDocument.IdOf(document.Resource(id))
                : null;
            ConstraintJson[] all =
            [
                .. document.Constraints.Where(k => about is null || ConstraintEdits.IsAbout(k, about))
                    .Select(k =>
                        new ConstraintJson(CibDocument.IdOf(k)!, k.Name.LocalName["rsc_".Length..], Text(k))),
            ];
            if (parse.GetValue(context.Json))
                context.Output.WriteJson(all, CliJson.Indented.IReadOnlyListConstraintJson);
            else
                Print(context.Output, all);
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static void Print(TextWriter output, ConstraintJson[] all)
    {
        Table table = new("ID", "KIND", "MEANING");
        foreach (ConstraintJson one in all)
            table.Add(one.Id, one.Kind, one.Text);
        table.WriteTo(output);
        if (table.IsEmpty)
            output.WriteLine("no constraints");
    }

    /// <summary>A constraint as a sentence.</summary>
    public static string Text(XElement constraint) => constraint.Elements("resource_set").Any()
        ? Sets(constraint)
        : constraint.Name.LocalName switch
        {
            "rsc_location" => Location(constraint),
            "rsc_order" =>
                $"{Does(constraint, "first", "first-action")}, then {Does(constraint, "then", "then-action")}"
                + Kind(constraint),
            "rsc_colocation" =>
                $"{With(constraint, "rsc", "rsc-role")} {Place(constraint)} "
                + With(constraint, "with-rsc", "with-rsc-role"),
            _ => $"{With(constraint, "rsc", "rsc-role")} needs the ticket {Of(constraint, "ticket")}"
                + (Of(constraint, "loss-policy") is { Length: > 0 } policy ? $", else {policy}" : ""),
        };

    private static string Location(XElement constraint)
    {
        string who = With(constraint, "rsc", "role");
        if (who.Length == 0)
            who = $"resources like {Of(constraint, "rsc-pattern")}";
        if (constraint.Element("rule") is { } ruled && Of(ruled, "role") is { Length: > 0 } role)
            who += $" ({role})";
        return constraint.Element("rule") is { } rule
            ? $"{who} {Strength(First(rule, "score", "score-attribute"))} {Ruled(rule)}"
            : $"{who} {Strength(Of(constraint, "score"))} on {Of(constraint, "node")}";
    }

    // A node, and a time at which it ends, is what moves and bans are made of.
    private static string Ruled(XElement rule)
    {
        XElement[] parts = [.. rule.Elements()];
        string joined = Of(rule, "boolean-op") is { Length: > 0 } word ? word : "and";
        return parts is [var node, var end] && joined == "and" && IsNode(node)
            && end.Name.LocalName == "date_expression" && Of(end, "operation") == "lt"
            ? $"on {Of(node, "value")} until {Of(end, "end")}"
            : "where " + string.Join($" {joined} ", parts.Select(Condition));
    }

    private static bool IsNode(XElement condition) =>
        Of(condition, "attribute") == "#uname" && Of(condition, "operation") == "eq";

    private static string Condition(XElement condition) => condition.Name.LocalName switch
    {
        "expression" =>
            string.Join(' ',
                ((string[])[Of(condition, "attribute"), Of(condition, "operation"), Of(condition, "value")])
            .Where(w => w.Length > 0)),
        "date_expression" =>
            Of(condition, "operation") switch
            {
                "lt" => $"the time is before {Of(condition, "end")}",
                "gt" => $"the time is after {Of(condition, "start")}",
                "in_range" => $"the time is from {Of(condition, "start")} to {Of(condition, "end")}",
                var named => $"the time is {named}",
            },
        _ => condition.Name.LocalName,
    };

    private static string Strength(string score) => score switch
    {
        "INFINITY" or "+INFINITY" => "must run",
        "-INFINITY" => "never runs",
        ['-', ..] => $"avoids to run ({score})",
        _ => $"prefers to run ({score})",
    };

    private static string Place(XElement constraint) => Of(constraint, "score") switch
    {
        "INFINITY" or "+INFINITY" => "runs only with",
        "-INFINITY" => "never runs with",
        ['-', ..] and var score => $"runs rather apart from ({score})",
        "" => "runs with",
        var score => $"runs rather with ({score})",
    };

    private static string Does(XElement constraint, string who, string action) =>
        First(constraint, action, "first-action") is { Length: > 0 } named
            ? $"{named} {Of(constraint, who)}"
            : $"{OperationNames.Start} {Of(constraint, who)}";

    private static string Kind(XElement constraint)
    {
        List<string> words = [];
        if (Of(constraint, "kind") is { Length: > 0 } kind && kind != "Mandatory")
            words.Add(kind.ToLowerInvariant());
        if (Of(constraint, "symmetrical") == "false")
            words.Add("one way");
        return words.Count > 0 ? $" ({string.Join(", ", words)})" : "";
    }

    private static string Sets(XElement constraint)
    {
        string sets = string.Join(" | ", constraint.Elements("resource_set").Select(s =>
            string.Join(' ', s.Elements("resource_ref").Select(CibDocument.IdOf))));
        return $"sets: {sets}{(Of(constraint, "score") is { Length: > 0 } score ? $" ({score})" : "")}";
    }

    private static string With(XElement constraint, string who, string role) =>
        Of(constraint, role) is { Length: > 0 } named ? $"{Of(constraint, who)} ({named})"
            : Of(constraint, who);

    private static string First(XElement element, params string[] names) =>
        names.Select(n => Of(element, n)).FirstOrDefault(v => v.Length > 0) ?? "";

    private static string Of(XElement element, string name) => (string?)element.Attribute(name) ?? "";
}

/// <summary>What <c>constraint list --json</c> lists.</summary>
/// <param name="Id">The constraint's id.</param>
/// <param name="Kind">location, order, colocation or ticket.</param>
/// <param name="Text">What it means.</param>
internal sealed record ConstraintJson(string Id, string Kind, string Text);
