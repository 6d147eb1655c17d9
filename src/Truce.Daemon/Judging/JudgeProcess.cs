using System.Text.Json;
using Truce.Analysis.Findings;
using Truce.Contracts;
using Truce.Control;
using Truce.Daemon.Configuration;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Daemon.Judging;

/// <summary>
/// <c>truced --role judge</c>: judges one configuration and ends. A process of its own, so that
/// whatever a configuration does to the planner (memory, time, a stack that overflows) ends here, and
/// not in the controller of every node.
/// </summary>
internal static class JudgeProcess
{
    // A deep configuration recurses deeply.
    private const int StackBytes = 64 * 1024 * 1024;

    public static int Run(DaemonConfiguration configuration)
    {
        JudgeInput input = JsonSerializer.Deserialize(Console.OpenStandardInput(), JudgeJson.Default.JudgeInput)
            ?? throw new InvalidDataException("nothing to check");
        JudgeOutput? answer = null;
        Thread judging = new(() => answer = Answer(input, configuration), StackBytes);
        judging.Start();
        judging.Join();
        using Stream output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, answer!, JudgeJson.Default.JudgeOutput);
        return 0;
    }

    // Rights come first: a change that isn't allowed costs no trial plan and reveals no findings.
    private static JudgeOutput Answer(JudgeInput input, DaemonConfiguration configuration) =>
        input.Rights is { } rights && Objection(input.Text, rights) is { } objection
            ? new JudgeOutput([], objection)
            : new JudgeOutput(Judged(input, configuration));

    private static string? Objection(string text, JudgeRights rights)
    {
        if (CibReader.Parse(text, "configuration") is not CibReadResult.Accepted { Cib: var proposed }
            || CibReader.Parse(rights.InForce, "in force") is not CibReadResult.Accepted { Cib: var inForce })
            return null;
        Unmasking unmasked = SecretNames.Unmask(proposed.Configuration, inForce.Configuration);
        return new AccessRules(inForce, new Caller(rights.Name, [.. rights.Groups], MayAll: false), rights.At)
            .ChangeObjection(proposed with { Configuration = unmasked.Configuration });
    }

    private static InputFinding[] Judged(JudgeInput input, DaemonConfiguration configuration)
    {
        switch (CibReader.Parse(input.Text, "configuration"))
        {
            case CibReadResult.Refused refused:
                return [.. refused.Findings.Select(ToWire)];
            case CibReadResult.Accepted accepted:
                Cib? present = (CibReader.Parse(input.Present, "present") as CibReadResult.Accepted)?.Cib;
                EquatableArray<Finding> standing =
                    present is null ? [] : Standing(present, configuration, input);
                RuleInput rules = new(accepted.Cib)
                {
                    Standing = standing.Where(f => f.Severity == Severity.Error)
                        .Select(f => (f.Id, f.Element)).ToHashSet(),
                    Live = KnownAgents.Look(accepted.Cib.Configuration, configuration, present, input),
                    Tested = KnownAgents.Tested(accepted.Cib, configuration),
                    Trial = present is null ? null : new Trial(Proposed(present, accepted.Cib), input.Now, Planner.Plan) { Before = present },
                };
                HashSet<(string, string, string)> known = [.. standing.Select(Told)];
                return
                [
                    .. Judge.Look(rules, input.Text, "configuration", accepted.Findings).Findings
                        .Select(f => ToWire(f) with { Standing = known.Contains(Told(f)) }),
                ];
            default:
                throw new InvariantException("a reading of an unknown kind");
        }
    }

    // What is in force already, perhaps since a version that let it pass, must not keep
    // an operator from every other change.
    private static EquatableArray<Finding> Standing(
        Cib present, DaemonConfiguration configuration, JudgeInput input) =>
        Judge.Look(
            new RuleInput(present)
            {
                Live = KnownAgents.Look(present.Configuration, configuration, present, input),
                Tested = KnownAgents.Tested(present, configuration),
                Now = input.Now,
            }, "", "", []).Findings;

    // One finding may speak of several elements: how many of them there are doesn't make it another.
    private static (string Id, string Element, string Said) Told(Finding finding) =>
        (finding.Id, finding.Element, finding.Message.Split(';')[0]);

    // Members that aren't configured are used all the same.
    private static Cib Proposed(Cib present, Cib proposed) => present with
    {
        Configuration = proposed.Configuration with
        {
            Nodes =
            [
                .. proposed.Configuration.Nodes,
                .. present.Configuration.Nodes.Where(n => proposed.Configuration.Nodes.All(p => p.Name != n.Name)
                    && present.Status.NodeStates.Any(s => s.Name == n.Name)),
            ],
        },
    };

    private static InputFinding ToWire(Finding finding) => new(
        finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", Severity.Information => "information" },
        finding.Line, finding.Column, finding.Element, finding.Message, finding.Remedy)
    {
        Id = finding.Id,
        Consequence = finding.Consequence,
    };
}
