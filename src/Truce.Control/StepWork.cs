using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>What a step of the parts adds up to: outputs for the shell, and commands for the log.</summary>
internal sealed class StepWork(Action<ControlOutput> emit, Action<Command, Receipt?, Instant> submit, ControlTime time)
{
    /// <summary>The step's time.</summary>
    public ControlTime Time => time;

    /// <summary>Work for the shell.</summary>
    public void Emit(ControlOutput output) => emit(output);

    /// <summary>A command for the log; its receipt comes back with the outcome. It may wait so long for
    /// others, to be sent with them.</summary>
    public void Submit(Command command, Receipt? receipt = null, TimeSpan patience = default) =>
        submit(command, receipt, time.Now.Plus(patience));
}
