using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Execution;

/// <summary>
/// Digests of the parameters that actions were executed with. A resource is probed on one node after
/// the other: the last digest is kept.
/// </summary>
internal sealed class ActionDigests
{
    private List<KeyValuePair<string, string>> _last = [];
    private List<KeyValuePair<string, string>> _next = [];
    private string? _digest;

    /// <summary>As the executor would compute it: of the agent's parameters, and
    /// the timeout of what recurs.</summary>
    public string Of(GraphAction action)
    {
        bool recurs = OperationRecords.Number(action, "CRM_meta_interval") > 0;
        _next.Clear();
        foreach (KeyValuePair<string, string> attribute in action.Attributes)
        {
            if (Counts(attribute.Key, recurs))
                _next.Add(attribute);
        }

        if (_digest is null || !SameAsLast())
            _digest = OfNext();
        (_last, _next) = (_next, _last);
        return _digest;
    }

    private bool SameAsLast()
    {
        if (_next.Count != _last.Count)
            return false;
        for (int i = 0; i < _next.Count; i++)
        {
            if (_next[i].Key != _last[i].Key || _next[i].Value != _last[i].Value)
                return false;
        }

        return true;
    }

    private string OfNext()
    {
        SortedDictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach ((string name, string value) in _next)
            parameters[name] = value;
        return ParameterDigest.Of(parameters);
    }

    private static bool Counts(string name, bool recurs) =>
        name.StartsWith("CRM_meta_", StringComparison.Ordinal)
            ? recurs && name == "CRM_meta_timeout"
            : name is not ("crm_feature_set" or "id");
}
