using Truce.Cli.Changing;
using Truce.Cli.Editing;
using Truce.Model;

namespace Truce.Cli.Resources.Making;

/// <summary>Reads what stands behind the agent: parameters, then <c>op ACTION …</c> and <c>meta
/// …</c>.</summary>
internal static class CreateWords
{
    private const string Op = "op";
    private const string Meta = "meta";

    /// <summary>The resource that the words describe.</summary>
    /// <exception cref="CommandException">A word doesn't fit.</exception>
    public static NewResource Read(string id, string agent, IReadOnlyList<string> words)
    {
        AgentName name = AgentName.TryParse(agent) ?? throw new CommandException(
            ExitCode.BadInput, $"{agent} is not an agent's name",
            "write ocf:PROVIDER:TYPE, systemd:UNIT, lsb:SCRIPT or stonith:AGENT: truce agent list");
        if (!AgentName.Classes.Contains(name.Class))
            throw new CommandException(
                ExitCode.BadInput, $"no class of agents {name.Class} is known",
                $"name one of {string.Join(", ", AgentName.Classes.Take(5))}");
        List<string[]> sections = Split(words);
        return new NewResource(
            id, name, NamedValues.Read(sections[0]),
            NamedValues.Read(sections.Where(s => s is [Meta, ..]).SelectMany(s => s.Skip(1))),
            [.. sections.Where(s => s is [Op, ..]).Select(Operation)]);
    }

    private static NewOperation Operation(string[] section) => section is [_, var action, .. var values]
        ? new NewOperation(action, OperationCommand.Read(action, values))
        : throw new CommandException(ExitCode.Usage, "op: an action is missing",
            "write op ACTION NAME=VALUE…");

    private static List<string[]> Split(IReadOnlyList<string> words)
    {
        List<string[]> sections = [];
        int begin = 0;
        for (int i = 0; i <= words.Count; i++)
        {
            if (i < words.Count && words[i] is not (Op or Meta))
                continue;
            sections.Add([.. words.Take(i).Skip(begin)]);
            begin = i;
        }

        return sections;
    }
}
