using System.Collections.Immutable;
using System.CommandLine;
using Truce.Agents.Bench;
using Truce.Agents.Processes;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli.Agents;

/// <summary><c>truce agent test</c>: takes an agent through what production will do to it.</summary>
internal static class AgentTestCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Options options = new();
        Command command =
            new("test", "Test an agent in a host of its own: its contract, and above all its stop")
        {
            options.Agent, options.Parameters, options.Prepare, options.Timeouts, options.Only, options.Skip,
            options.NoStatic, options.JUnit, options.Keep, options.Mutants, options.PerOperator,
            options.Operators,
        };
        command.SetAction((parse, cancel) => RunAsync(context, parse, options, cancel));
        return command;
    }

    private static async Task<int> RunAsync(
        CliContext context, ParseResult parse, Options options, CancellationToken cancel)
    {
        BenchOptions bench = Read(context, parse, options);
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
        AgentBench agentBench = new(spawner);
        try
        {
            return (int)await (parse.GetValue(options.Mutants)
                ? MutateAsync(context, parse, agentBench.MutateAsync(
                    bench, Mutation(parse, options), cancel))
                : TestAsync(context, parse, options, bench, agentBench.TestAsync(bench, cancel), cancel))
                .ConfigureAwait(false);
        }
        catch (BenchException e)
        {
            throw new CommandException(CodeOf(e.Failure), e.Message, e.Remedy);
        }
    }

    private static async Task<ExitCode> MutateAsync(
        CliContext context, ParseResult parse, Task<MutationReport> running)
    {
        MutationReport report = await running.ConfigureAwait(false);
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(AgentMutantsJson.Of(report), CliJson.Indented.AgentMutantsJson);
        else
            AgentMutantsText.Write(context.Output, report, context.Columns);
        return CodeOf(report);
    }

    private static async Task<ExitCode> TestAsync(CliContext context, ParseResult parse, Options options,
        BenchOptions bench, Task<BenchReport> running, CancellationToken cancel)
    {
        BenchReport report = await running.ConfigureAwait(false);
        if (parse.GetValue(options.Keep))
            KeptTests.Keep(bench.Settings, bench.Agent, report, context.Time.GetUtcNow());
        if (parse.GetValue(options.JUnit) is { } file)
            await File.WriteAllTextAsync(file, AgentTestText.JUnit(report), cancel).ConfigureAwait(false);
        if (parse.GetValue(context.Json))
            context.Output.WriteJson(AgentTestJson.Of(report), CliJson.Indented.AgentTestJson);
        else
            AgentTestText.Write(context.Output, report, context.Columns);
        return CodeOf(report);
    }

    /// <summary>How the command ends: with no where a mutant survived.</summary>
    internal static ExitCode CodeOf(MutationReport report) =>
        report.Caught == report.Mutants.Length ? ExitCode.Done : ExitCode.No;

    /// <summary>How the command ends.</summary>
    internal static ExitCode CodeOf(BenchReport report) =>
        report.IsCondemned ? ExitCode.No : report.CouldStart ? ExitCode.Done : ExitCode.BadInput;

    private static ExitCode CodeOf(BenchFailure failure) => failure switch
    {
        BenchFailure.NotPermitted => ExitCode.Refused,
        BenchFailure.BadInput => ExitCode.BadInput,
        BenchFailure.NoHost => ExitCode.No,
    };

    private static BenchOptions Read(CliContext context, ParseResult parse, Options options)
    {
        ImmutableHashSet<string> only = [.. parse.GetValue(options.Only) ?? []];
        ImmutableHashSet<string> skip = [.. parse.GetValue(options.Skip) ?? []];
        foreach (string name in only.Union(skip).Where(n => AgentBench.Checks.All(c => c.Name != n)))
            throw new CommandException(ExitCode.Usage, $"there is no check {name}",
                "the checks are " + string.Join(", ", AgentBench.Checks.Select(c => c.Name)));
        if (parse.GetValue(options.Mutants) && parse.GetValue(options.JUnit) is not null)
            throw new CommandException(ExitCode.Usage, "--junit has no form for --mutants", "use --json");
        if (parse.GetValue(options.Keep) && (parse.GetValue(options.Mutants) || only.Union(skip).Count > 0))
            throw new CommandException(ExitCode.Usage, "--keep is for a whole test",
                "leave out --only, --skip and --mutants");
        return new BenchOptions
        {
            Agent = AgentCommand.Parse(parse.GetValue(options.Agent)!),
            Settings = NodeAgents.Settings(context),
            Parameters = AgentCommand.Pairs(parse.GetValue(options.Parameters) ?? []),
            Prepare = parse.GetValue(options.Prepare) is { } file ? ReadScript(file) : null,
            Timeouts = Timeouts(parse.GetValue(options.Timeouts) ?? []),
            Only = only,
            Skip = skip,
            Reading = parse.GetValue(options.NoStatic) ? ScriptReading.Off : ScriptReading.On,
            Progress = context.Error.WriteLine,
        };
    }

    private static MutationOptions Mutation(ParseResult parse, Options options)
    {
        ImmutableHashSet<string> operators = [.. parse.GetValue(options.Operators) ?? []];
        if (operators.FirstOrDefault(n => AgentBench.Operators.All(o => o.Name != n)) is { } unknown)
            throw new CommandException(ExitCode.Usage, $"there is no operator {unknown}",
                "the operators are " + string.Join(", ", AgentBench.Operators.Select(o => o.Name)));
        int perOperator = parse.GetValue(options.PerOperator);
        return perOperator >= 1
            ? new MutationOptions { PerOperator = perOperator, Operators = operators }
            : throw new CommandException(ExitCode.Usage, "--per-operator must be 1 or more", "write 1");
    }

    private static string ReadScript(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadInput, e.Message, "name a shell script that can be read");
        }
    }

    private static ImmutableSortedDictionary<string, TimeSpan> Timeouts(string[] words) =>
        AgentCommand.Pairs(words).ToImmutableSortedDictionary(p => p.Key, p =>
            Interval.ParseMilliseconds(p.Value) is { } milliseconds and > 0
                ? TimeSpan.FromMilliseconds(milliseconds)
                : throw new CommandException(ExitCode.Usage, $"{p.Value} is not a length of time",
                    "write 30s or 2min"));

    private sealed class Options
    {
        public Argument<string> Agent { get; } = new("AGENT") { Description = "ocf:PROVIDER:TYPE" };

        public Option<string[]> Parameters { get; } = new("--param")
        {
            Description = "A parameter of the resource", HelpName = "NAME=VALUE",
                AllowMultipleArgumentsPerToken = true,
        };

        public Option<string?> Prepare { get; } = new("--prepare")
        {
            Description = "A shell script that makes in each host what the resource needs", HelpName = "FILE",
        };

        public Option<string[]> Timeouts { get; } = new("--timeout")
        {
            Description = "The timeout that an action has, or is to have", HelpName = "ACTION=LENGTH",
            AllowMultipleArgumentsPerToken = true,
        };

        public Option<string[]> Only { get; } = new("--only")
        {
            Description = "Only these checks", HelpName = "CHECK", AllowMultipleArgumentsPerToken = true,
        };

        public Option<string[]> Skip { get; } = new("--skip")
        {
            Description = "Not these checks", HelpName = "CHECK", AllowMultipleArgumentsPerToken = true,
        };

        public Option<bool> NoStatic { get; } =
            new("--no-static") { Description = "Judge by what the agent does, without reading the script" };

        public Option<bool> Keep { get; } = new("--keep")
        {
            Description = "Keep the result here: truce check and config apply then name what it condemned",
        };

        public Option<bool> Mutants { get; } = new("--mutants")
        {
            Description = "Damage the agent in known ways, and show which copies are condemned",
        };

        public Option<int> PerOperator { get; } = new("--per-operator")
        {
            Description = "With --mutants: at most so many copies for each way", HelpName = "N",
            DefaultValueFactory = _ => 1,
        };

        public Option<string[]> Operators { get; } = new("--operator")
        {
            Description = "With --mutants: only these ways", HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };

        public Option<string?> JUnit { get; } =
            new("--junit") { Description = "Write the results as JUnit XML too", HelpName = "FILE" };
    }
}
