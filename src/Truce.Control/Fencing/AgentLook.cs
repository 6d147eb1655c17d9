using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Has this node's fencer run each configured fence agent once, for its own description, long before it is
/// needed: what has run before is there at once when a node must be shot, and its description is known.
/// </summary>
internal sealed class AgentLook(ControlIdentity self)
{
    private const string Prefix = "look/";
    private const string Action = OperationNames.FenceMetadata;
    private const long TimeoutMs = 20_000;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private string _fencer = "";
    private Standing _configuration;

    /// <summary>Whether an operation is one of these: nothing waits for its result.</summary>
    public static bool IsLook(string operationId) => operationId.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Looks at what is new in the configuration, or to another fencer.</summary>
    /// <param name="state">What is committed.</param>
    /// <param name="fencer">The fencer's life; empty: it isn't connected.</param>
    /// <param name="work">Takes the questions.</param>
    public void Step(ReplicatedState state, string fencer, StepWork work)
    {
        if (fencer.Length == 0 || (fencer == _fencer && state.Configuration.Place == _configuration))
            return;
        if (fencer != _fencer)
            _seen.Clear();
        (_fencer, _configuration) = (fencer, state.Configuration.Place);
        foreach (ConfiguredDevice device in DeviceChoice.Devices(state.Cib).Where(d => _seen.Add(d.Agent.Type)))
        {
            work.Emit(new ControlOutput.AskAgent(new FenceShot(
                $"{Prefix}{self.Session}/{fencer}/{device.Agent.Type}", device.Id, device.Agent, Action, new NodeId(""),
                device.Attributes.Select(a => new NameText(a.Key, a.Value)).ToEquatableArray(), TimeoutMs)));
        }
    }
}
