using Truce.Model;

namespace Truce.Agents.Running;

/// <summary>The exit codes of OCF agents.</summary>
public static class OcfCode
{
    /// <summary>Done; of a monitor: it runs (in the unpromoted role).</summary>
    public const int Success = 0;

    /// <summary>Some problem.</summary>
    public const int Generic = 1;

    /// <summary>The parameters don't fit this node.</summary>
    public const int Arguments = 2;

    /// <summary>The agent doesn't know the action.</summary>
    public const int Unimplemented = 3;

    /// <summary>Not allowed to.</summary>
    public const int Permission = 4;

    /// <summary>The agent, or what it needs, isn't on this node.</summary>
    public const int NotInstalled = 5;

    /// <summary>The parameters are wrong everywhere.</summary>
    public const int Configuration = 6;

    /// <summary>It is safely stopped.</summary>
    public const int NotRunning = 7;

    /// <summary>It runs in the promoted role.</summary>
    public const int RunningPromoted = 8;

    /// <summary>It failed in the promoted role.</summary>
    public const int FailedPromoted = 9;

    /// <summary>It runs, but further failures are likely.</summary>
    public const int Degraded = 190;

    /// <summary>As <see cref="Degraded"/>, in the promoted role.</summary>
    public const int DegradedPromoted = 191;

    /// <summary>What people say for a code.</summary>
    public static string Describe(int code) => OutcomeWords.OfCode(code);
}
