using System.Globalization;

using Truce.Model;

namespace Truce.Analysis.Execution;

/// <summary>One node's record being changed.</summary>
internal sealed class NodeDraft
{
    private readonly List<ResourceHistory> _histories = [];
    private readonly Dictionary<ResourceId, int> _index = [];
    private Model.NodeState _state;

    public NodeDraft(NodeId name, Model.NodeState state)
    {
        Name = name;
        _state = state;
        foreach (ResourceHistory history in state.History?.Resources ?? default)
            Append(history);
    }

    /// <summary>The node's name.</summary>
    public NodeId Name { get; }

    /// <summary>The id of its state.</summary>
    public NodeUuid Uuid => _state.Id;

    /// <summary>What ran there.</summary>
    public IReadOnlyList<ResourceHistory> Histories => _histories;

    /// <summary>Keeps the record of an operation, in the place of an earlier one of the same kind.</summary>
    public void Record(ResourceHistory empty, Func<int, OperationRecord> make)
    {
        if (!_index.TryGetValue(empty.Id, out int place))
            place = Append(empty);
        ResourceHistory history = _histories[place];
        int call = 0;
        foreach (OperationRecord known in history.Operations)
            call = Math.Max(call, known.CallId);
        OperationRecord record = make(call + 1);
        _histories[place] = history with { Operations = Replace(history.Operations, record) };
    }

    /// <summary>The record of that id; null: there is none.</summary>
    public OperationRecord? Find(ResourceId resource, string id) =>
        _index.TryGetValue(resource, out int place)
            ? _histories[place].Operations.FirstOrDefault(o => o.Id == id)
            : null;

    /// <summary>Adds a record as it is, in the place of an earlier one of the same id.</summary>
    public void RecordAlso(ResourceId resource, OperationRecord record)
    {
        int place = _index[resource];
        ResourceHistory history = _histories[place];
        _histories[place] = history with { Operations = Replace(history.Operations, record) };
    }

    /// <summary>Takes the node up: member, joined.</summary>
    public void GoOnline() => _state = _state with
    {
        InCcm = new Presence("true"),
        Crmd = new Presence("online"),
        Join = "member",
        Expected = "member",
    };

    /// <summary>Takes the node down cleanly.</summary>
    public void GoOffline() => _state = _state with
    {
        InCcm = new Presence("false"),
        Crmd = new Presence("offline"),
        Join = "down",
        Expected = "down",
    };

    /// <summary>Takes the node down without a farewell: it was expected to stay.</summary>
    public void Fail() => _state = _state with
    {
        InCcm = new Presence("false"),
        Crmd = new Presence("offline"),
        Join = "member",
        Expected = "member",
    };

    /// <summary>Forgets what ran and the transient attributes, as a reboot does.</summary>
    public void Forget()
    {
        _histories.Clear();
        _index.Clear();
        _state = _state with { History = null, TransientAttributes = null };
    }

    /// <summary>Sets a transient attribute.</summary>
    public void SetAttribute(string name, string value)
    {
        (AttributeSet set, int place) = AttributesOf(name);
        NameValue pair = new($"{_state.Id}-{name.Replace('#', '.')}", name, value);
        EquatableArray<NameValue> pairs = place < 0 ? set.Pairs.Add(pair) : set.Pairs.SetItem(place, pair with { Id = set.Pairs[place].Id });
        Store(set with { Pairs = pairs });
    }

    /// <summary>A transient attribute; null: it isn't set.</summary>
    public string? Attribute(string name)
    {
        (AttributeSet set, int place) = AttributesOf(name);
        return place < 0 ? null : set.Pairs[place].Value;
    }

    /// <summary>Counts a transient attribute up by one; infinity stays.</summary>
    public void CountUp(string name)
    {
        (AttributeSet set, int place) = AttributesOf(name);
        string? old = place < 0 ? null : set.Pairs[place].Value;
        if (old == "INFINITY")
            return;
        _ = int.TryParse(old, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count);
        SetAttribute(name, (count + 1).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Removes the transient attributes that match.</summary>
    public void RemoveAttributes(Predicate<string> match)
    {
        if (_state.TransientAttributes is not { } attributes)
            return;
        EquatableArray<AttributeSet> sets = new([.. attributes.Sets.Items.Select(
            s => s with { Pairs = s.Pairs.RemoveAll(p => p.Name is not null && match(p.Name)) })]);
        _state = _state with { TransientAttributes = attributes with { Sets = sets } };
    }

    /// <summary>The record as changed.</summary>
    public Model.NodeState ToState()
    {
        if (_histories.Count == 0)
            return _state;
        LocalHistory history = _state.History ?? new LocalHistory(_state.Id.Value, default);
        return _state with { History = history with { Resources = new([.. _histories]) } };
    }

    private static EquatableArray<OperationRecord> Replace(
        EquatableArray<OperationRecord> operations, OperationRecord record)
    {
        int place = operations.FindIndex(o => o.Id == record.Id);
        return place < 0 ? operations.Add(record) : operations.SetItem(place, record);
    }

    private int Append(ResourceHistory history)
    {
        // Where a history lists a resource twice, what happens now goes into the second.
        _index[history.Id] = _histories.Count;
        _histories.Add(history);
        return _index[history.Id];
    }

    private (AttributeSet Set, int Place) AttributesOf(string name)
    {
        EquatableArray<AttributeSet> sets = _state.TransientAttributes?.Sets ?? default;
        AttributeSet set = sets.IsEmpty ? new AttributeSet { Id = $"status-{_state.Id}" } : sets[0];
        return (set, set.Pairs.FindIndex(p => p.Name == name));
    }

    private void Store(AttributeSet set)
    {
        TransientAttributes attributes = _state.TransientAttributes
            ?? new TransientAttributes(_state.Id.Value, default);
        EquatableArray<AttributeSet> sets = attributes.Sets.IsEmpty ? [set] : attributes.Sets.SetItem(0, set);
        _state = _state with { TransientAttributes = attributes with { Sets = sets } };
    }
}
