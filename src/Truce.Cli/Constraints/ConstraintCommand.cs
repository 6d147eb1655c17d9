using System.CommandLine;
using System.Xml.Linq;
using Truce.Cli.Changing;
using Truce.Cli.Completing;
using Truce.Cli.Editing;
using Truce.Model;

namespace Truce.Cli.Constraints;

/// <summary><c>truce constraint</c>: where resources run, in which order, and which run together.</summary>
internal static class ConstraintCommand
{
    private const string Infinity = "INFINITY";

    /// <summary>The command.</summary>
    public static Command Create(CliContext context) => context.Location.AddTo(new Command(
        "constraint", "Constraints: where resources run, in which order, which together")
    {
        ConstraintList.Create(context),
        Location(context),
        Order(context),
        Colocation(context),
        Delete(context),
    });

    private static Command Location(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "Its id" }.SuggestingResources(context);
        Argument<string> node =
            new Argument<string>("NODE") { Description = "The node" }.SuggestingNodes(context);
        Option<string> score = Score("How strongly: a number, INFINITY (must), or -INFINITY (never)");
        Option<string?> role = Role("--role", "Only for instances in this role");
        ChangeOptions options = new();
        Command command =
            options.AddTo(
                new Command("location",
                    "Prefer NODE for RESOURCE, or keep it off (--score=-INFINITY)") { resource, node, score,
                        role });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            (string id, string where, string strength) =
                (parse.GetValue(resource)!, parse.GetValue(node)!, Read(parse.GetValue(score)!));
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"constraint location {id} {where} {strength}",
                    $"{id} has the score {strength} on {where}",
                    d => d.SetLocation(id, where, strength, parse.GetValue(role))), c);
        }, cancel));
        return command;
    }

    private static Command Order(CliContext context)
    {
        Argument<string> first =
            new Argument<string>("FIRST") { Description = "What comes first" }.SuggestingResources(context);
        Argument<string> then =
            new Argument<string>("THEN") { Description =
                "What comes afterwards" }.SuggestingResources(context);
        Option<string?> kind =
            new("--kind") { Description = "Mandatory (default), Optional or Serialize", HelpName = "KIND" };
        kind.AcceptOnlyFromAmong("Mandatory", "Optional", "Serialize");
        Option<string?> firstAction =
            Action("--first-action", "What FIRST must have done: start (default), promote, demote or stop");
        Option<string?> thenAction = Action("--then-action", "What THEN waits with: the same by default");
        Option<bool> oneWay =
            new("--one-way") { Description = "Only in this direction: stops aren't in the reverse order" };
        ChangeOptions options = new();
        Command command =
            options.AddTo(
                new Command("order", "Start FIRST before THEN, and stop them in reverse") { first, then, kind,
                    firstAction, thenAction, oneWay });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            (string a, string b) = (parse.GetValue(first)!, parse.GetValue(then)!);
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"constraint order {a} {b}", $"{a} comes before {b}", d => d.SetOrder(
                    a, b, (parse.GetValue(firstAction), parse.GetValue(thenAction)),
                    new ConstraintPart("kind", parse.GetValue(kind)),
                    new ConstraintPart("symmetrical", parse.GetValue(oneWay) ? "false" : null))), c);
        }, cancel));
        return command;
    }

    private static Command Colocation(CliContext context)
    {
        Argument<string> resource =
            new Argument<string>("RESOURCE") { Description = "What is placed" }.SuggestingResources(context);
        Argument<string> with =
            new Argument<string>("WITH") { Description = "Where this is" }.SuggestingResources(context);
        Option<string> score =
            Score("How strongly: a number, INFINITY (must), or -INFINITY (never together)");
        Option<string?> role = Role("--role", "Only for RESOURCE in this role");
        Option<string?> withRole = Role("--with-role", "Only where WITH has this role");
        ChangeOptions options = new();
        Command command =
            options.AddTo(
                new Command("colocation",
                    "Run RESOURCE where WITH runs, or apart from it (--score=-INFINITY)") { resource, with,
                        score, role, withRole });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            (string a, string b, string strength) =
                (parse.GetValue(resource)!, parse.GetValue(with)!, Read(parse.GetValue(score)!));
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"constraint colocation {a} {b} {strength}",
                    $"{a} has the score {strength} where {b} is",
                    d => d.SetColocation(a, b, strength, (parse.GetValue(role), parse.GetValue(withRole)))),
                        c);
        }, cancel));
        return command;
    }

    private static Command Delete(CliContext context)
    {
        Argument<string[]> ids = new Argument<string[]>("ID")
        {
            Description = "As truce constraint list shows them",
            Arity = ArgumentArity.OneOrMore,
        }.SuggestingConstraints(context);
        ChangeOptions options = new();
        Command command = options.AddTo(new Command("delete", "Delete constraints") { ids });
        command.SetAction((parse, cancel) => context.OnClusterAsync(parse, (cluster, c) =>
        {
            string[] all = [.. parse.GetValue(ids)!.Distinct()];
            string text = string.Join(' ', all);
            string verb = all.Length == 1 ? "is" : "are";
            return new ChangeRun(context, parse, cluster, options).RunAsync(
                new Change($"constraint delete {text}", $"{string.Join(", ", all)} {verb} deleted", d =>
                {
                    foreach (XElement gone in all.Select(d.Constraint).ToArray())
                        gone.Remove();
                    return true;
                }), c);
        }, cancel));
        return command;
    }

    private static string Read(string score) => Model.Score.Parse(score) is { } read
        ? read.ToString()
        : throw new CommandException(ExitCode.BadInput, $"{score} is not a score",
            "write a whole number, INFINITY or -INFINITY");

    private static Option<string> Score(string description) =>
        new("--score") { Description = description, HelpName = "SCORE", DefaultValueFactory = _ => Infinity };

    private static Option<string?> Role(string name, string description)
    {
        Option<string?> role = new(name) { Description = description, HelpName = "ROLE" };
        role.AcceptOnlyFromAmong("Started", "Promoted", "Unpromoted", "Stopped");
        return role;
    }

    private static Option<string?> Action(string name, string description)
    {
        Option<string?> action = new(name) { Description = description, HelpName = "ACTION" };
        action.AcceptOnlyFromAmong(OperationNames.Start, OperationNames.Promote, OperationNames.Demote,
            OperationNames.Stop);
        return action;
    }
}
