namespace Truce.Conformance.Judging;

/// <summary>What must be equal, as the README of the recorded cases defines it.</summary>
internal enum Level
{
    /// <summary>Current cluster status.</summary>
    L0,

    /// <summary>Revised cluster status: the same final placement.</summary>
    L1,

    /// <summary>Transition summary with its reasons.</summary>
    L2,

    /// <summary>Transition summary as a multiset of decisions, reasons left out.</summary>
    L2d,

    /// <summary>The same actions in the graph.</summary>
    L3,

    /// <summary>L3 and the same transitive closure of the orderings.</summary>
    L4,

    /// <summary>L3 and the same attributes of each action: what the live side acts on.</summary>
    LA,

    /// <summary>The whole summary, executed lines in any order.</summary>
    L5s,

    /// <summary>The whole summary, white space ignored.</summary>
    L5,

    /// <summary>The whole summary, byte for byte.</summary>
    L6,

    /// <summary>The graph file as upstream compares it.</summary>
    LG,

    /// <summary>The sorted scores.</summary>
    LS,

    /// <summary>The sorted DOT file.</summary>
    LD,
}
