using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Truce.Analysis.Setup;
using Truce.Cli.Checking;
using Truce.Cli.Printing;
using Truce.Model;

namespace Truce.Cli.ClusterSetup;

/// <summary>What <c>truce cluster check --facts</c> prints: nothing secret.</summary>
internal sealed record NodeFactsJson(
    string Node, DateTimeOffset At, string File, string KeyDigest, string Corosync, string Truce)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="CommandException">They are none.</exception>
    public static NodeFactsJson Parse(string text, string name)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, CliJson.Indented.NodeFactsJson) is
                { Node: not null, File: not null, KeyDigest: not null, Corosync: not null,
                    Truce: not null } read)
                return read;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new CommandException(
            ExitCode.BadInput, $"{name}: not the facts of a node",
                "make them there: truce cluster check --facts");
    }

    /// <summary>For rules.</summary>
    public NodeFacts Facts => new(Node, File, KeyDigest, Corosync, Truce);
}

/// <summary>
/// <c>truce cluster check</c>: whether this node's part of the cluster is sound, and, over ssh or from files,
/// whether the other nodes have the same. It needs no running cluster, since it is asked when none comes up.
/// </summary>
internal sealed class ClusterCheckCommand
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private static readonly byte[] s_purpose = "truce cluster check"u8.ToArray();

    private readonly CliContext _context;
    private readonly ISetupHost _host;
    private readonly MachineLook _look;

    private readonly Option<bool> _ssh = new("--ssh")
    {
        Description = "Compare with every listed node, by running truce there over ssh as this user",
    };

    private readonly Option<string[]> _with = new("--with")
    {
        Description = "Compare with what --facts printed on another node; may be repeated",
        HelpName = "FILE",
    };

    private readonly Option<bool> _facts = new("--facts")
    {
        Description = "Print what another node needs to compare itself with this one (nothing secret)",
    };

    private readonly Option<string> _failOn = new("--fail-on")
    {
        Description = "Exit with 1 from this severity on: error or warning",
        DefaultValueFactory = _ => "error",
    };

    private ClusterCheckCommand(CliContext context)
    {
        (_context, _host) = (context, context.Host);
        _look = new MachineLook(_host);
        _failOn.AcceptOnlyFromAmong("error", "warning");
    }

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        ClusterCheckCommand check = new(context);
        Command command = new("check", "Check this node's Corosync, and that all nodes have the same")
        {
            check._ssh, check._with, check._facts, check._failOn,
        };
        command.SetAction(async (parse, cancel) =>
            (int)await check.RunAsync(parse, cancel).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancel)
    {
        SetupAccess.Require(_host);
        Candidate candidate = SetupJudge.Member(new ClusterFiles(_host, _context.Time));
        string version = await _look.CorosyncVersionAsync(cancel).ConfigureAwait(false);
        NodeFactsJson own = new(_look.NodeName(), _context.Time.GetUtcNow(), candidate.Text,
            DigestOf(candidate.Key), version, CommandLine.Version);
        if (parse.GetValue(_facts))
        {
            _context.Output.WriteJson(own, CliJson.Indented.NodeFactsJson);
            return ExitCode.Done;
        }

        Machine machine = await _look.LookAsync(candidate, cancel).ConfigureAwait(false);
        machine = machine with { Runtime = await _look.RuntimeAsync(cancel).ConfigureAwait(false) };
        List<Finding> found =
            [.. SetupJudge.Look(candidate, machine), .. RunningRules.Look(candidate.File, machine)];
        List<ComparedNode> others = [];
        foreach (string file in parse.GetValue(_with) ?? [])
            others.Add(await ReadAsync(file, cancel).ConfigureAwait(false));
        string[] rest = [.. candidate.Names.Where(n => n != own.Node && others.All(o => o.Facts.Node != n))];
        foreach (SshAnswer answer in await AskAsync(parse.GetValue(_ssh) ? rest
            : [], cancel).ConfigureAwait(false))
        {
            if (answer is SshAnswer.Told told)
                others.Add(told.Node);
            else if (answer is SshAnswer.Silent silent)
                found.Add(ComparingRules.NotCompared(silent.Node, silent.Why));
        }

        found.AddRange(ComparingRules.Look(own.Facts, [.. others]));
        Print(parse, [.. found.OrderByDescending(f => f.Severity)], others, rest, machine);
        Severity limit = parse.GetValue(_failOn) == "warning" ? Severity.Warning : Severity.Error;
        return found.Any(f => f.Severity >= limit) ? ExitCode.No : ExitCode.Done;
    }

    // Facts of a file can be of any age, but not of the future.
    private async Task<ComparedNode> ReadAsync(string file, CancellationToken cancel)
    {
        NodeFactsJson read = NodeFactsJson.Parse(
            await FileInput.ReadAsync(_context, file, cancel).ConfigureAwait(false), file);
        return new ComparedNode(read.Facts, new ClockOffset(read.At - _context.Time.GetUtcNow(), null));
    }

    private Task<SshAnswer[]> AskAsync(string[] nodes, CancellationToken cancel) =>
        Task.WhenAll(nodes.Select(n => AskAsync(n, cancel)));

    private async Task<SshAnswer> AskAsync(string node, CancellationToken cancel)
    {
        DateTimeOffset begin = _context.Time.GetUtcNow();
        ProgramEnd end = await _host.RunAsync("ssh",
            ["-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "--", node, "truce", "cluster", "check",
                "--facts"],
            s_limit, cancel).ConfigureAwait(false);
        DateTimeOffset now = _context.Time.GetUtcNow();
        if (end.Code != 0)
            return new SshAnswer.Silent(node, $"ssh: {end.Error.Trim().Split('\n')[^1]}");
        try
        {
            NodeFactsJson facts = NodeFactsJson.Parse(end.Output, node);
            return new SshAnswer.Told(
                new ComparedNode(facts.Facts, new ClockOffset(facts.At - now, facts.At - begin)));
        }
        catch (CommandException problem)
        {
            return new SshAnswer.Silent(node, problem.Message);
        }
    }

    private void Print(
        ParseResult parse, ImmutableArray<Finding> found, List<ComparedNode> others, string[] rest,
        Machine machine)
    {
        if (parse.GetValue(_context.Json))
        {
            _context.Output.WriteJson(
                [.. found.Select(CheckFindingJson.Of)], CliJson.Indented.IReadOnlyListCheckFindingJson);
            return;
        }

        foreach (Finding finding in found)
        {
            _context.Output.WriteLine(SetupText.Line(finding));
            _context.Output.WriteLine($"    {FindingText.Word(finding.Severity)} {finding.Id}: "
                + $"{finding.Consequence}");
        }

        string[] compared = [.. others.Select(o => o.Facts.Node)];
        string[] missing = [.. rest.Except(compared)];
        _context.Output.WriteLine(
            $"{machine.NodeName}: {found.Count(f => f.Severity == Severity.Error)} errors, "
            + $"{found.Count(f => f.Severity == Severity.Warning)} warnings"
            + (compared.Length > 0 ? $"; compared with {string.Join(", ", compared)}" : ""));
        if (missing.Length > 0)
            _context.Output.WriteLine($"not compared: {string.Join(", ", missing)} (--ssh, or --with FILE)");
        if (machine.Unit("truced") is { } truced && machine.Unit("corosync") is { } corosync)
            _context.Output.WriteLine($"at boot: corosync {corosync.AtBoot}, truced {truced.AtBoot}");
    }

    private abstract record SshAnswer
    {
        private SshAnswer() { }

        public sealed record Told(ComparedNode Node) : SshAnswer;

        public sealed record Silent(string Node, string Why) : SshAnswer;
    }

    // The key has far more bits than the digest: nothing leads back from it.
    private static string DigestOf(byte[]? key) =>
        key is null ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(key, s_purpose));
}
