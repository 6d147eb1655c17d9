using System.Collections.Immutable;

namespace Truce.Agents.Finding;

/// <summary>What a node's daemon keeps for agents in its run directory, and what agents are told of it: the
/// same whether the cluster runs an agent or somebody does by hand.</summary>
public static class NodeFolders
{
    /// <summary>The tools that agents expect (crm_attribute and the like).</summary>
    public static string Tools(string runDirectory) => Path.Combine(runDirectory, "agent-tools");

    /// <summary>Where agents keep what must not outlive a boot.</summary>
    public static string State(string runDirectory) => Path.Combine(runDirectory, "resource-agents");

    /// <summary>Where results of agents' tests are kept: they outlive a boot.</summary>
    public static string Tests(string stateDirectory) => Path.Combine(stateDirectory, "agent-tests");

    /// <summary>Whom the tools ask.</summary>
    public static string ToolSocket(string runDirectory) => Path.Combine(runDirectory, "admin.sock");

    /// <summary>What agents find in their environment: where the tools are (agents build paths of
    /// HA_SBIN_DIR), whom the tools ask, and a shell for the one call that agents make through "$SHELL",
    /// which has to know <c>&lt;(…)</c>.</summary>
    public static ImmutableSortedDictionary<string, string> Environment(string runDirectory) =>
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add("HA_SBIN_DIR", Tools(runDirectory)).Add("TRUCE_SOCKET", ToolSocket(runDirectory))
            .Add("SHELL", File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh");
}
