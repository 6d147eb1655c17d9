using Truce.Model.Rules;

namespace Truce.Model.Xml;

/// <summary>The words of a value set: what the CIB writes for each case of an enum.</summary>
internal sealed class Words<T>(params (string Text, T Value)[] words)
    where T : struct, Enum
{
    public IEnumerable<string> Texts => words.Select(w => w.Text);

    public T? Parse(string text)
    {
        foreach ((string word, T value) in words)
        {
            if (word == text)
                return value;
        }

        return null;
    }

    /// <summary>The first word of the value.</summary>
    public string Text(T value)
    {
        foreach ((string word, T candidate) in words)
        {
            if (EqualityComparer<T>.Default.Equals(candidate, value))
                return word;
        }

        throw new InvariantException($"no word for {typeof(T).Name} {value}");
    }
}

/// <summary>The value sets of the schemas; a later word for the same value is an older spelling.</summary>
internal static class Vocabulary
{
    public static readonly Words<Role> Role =
        new(("Stopped", Model.Role.Stopped), ("Started", Model.Role.Started),
        ("Unpromoted", Model.Role.Unpromoted), ("Promoted", Model.Role.Promoted),
        ("Slave", Model.Role.Unpromoted), ("Master", Model.Role.Promoted));

    public static readonly Words<Role> OldRole =
        new(("Stopped", Model.Role.Stopped), ("Started", Model.Role.Started),
        ("Slave", Model.Role.Unpromoted), ("Master", Model.Role.Promoted));

    public static readonly Words<OnFail> OnFail =
        new(("ignore", Model.OnFail.Ignore), ("block", Model.OnFail.Block),
        ("demote", Model.OnFail.Demote), ("stop", Model.OnFail.Stop), ("restart", Model.OnFail.Restart),
        ("standby", Model.OnFail.Standby), ("fence", Model.OnFail.Fence),
        ("restart-container", Model.OnFail.RestartContainer));

    public static readonly Words<NodeType> NodeType =
        new(("member", Model.NodeType.Member), ("ping", Model.NodeType.Ping),
        ("remote", Model.NodeType.Remote), ("normal", Model.NodeType.Member));

    public static readonly Words<OrderAction> OrderAction = new(("start", Model.OrderAction.Start),
        ("promote", Model.OrderAction.Promote), ("demote", Model.OrderAction.Demote),
        ("stop", Model.OrderAction.Stop));

    public static readonly Words<OrderKind> OrderKind = new(("Optional", Model.OrderKind.Optional),
        ("Mandatory", Model.OrderKind.Mandatory), ("Serialize", Model.OrderKind.Serialize));

    public static readonly Words<LossPolicy> LossPolicy = new(("stop", Model.LossPolicy.Stop),
        ("demote", Model.LossPolicy.Demote), ("fence", Model.LossPolicy.Fence),
        ("freeze", Model.LossPolicy.Freeze));

    public static readonly Words<SetOrdering> SetOrdering = new(("group", Model.SetOrdering.Group),
        ("listed", Model.SetOrdering.Listed));

    public static readonly Words<ResourceDiscovery> Discovery = new(("always", ResourceDiscovery.Always),
        ("never", ResourceDiscovery.Never), ("exclusive", ResourceDiscovery.Exclusive));

    public static readonly Words<BooleanOperator> BooleanOperator = new(("and", Rules.BooleanOperator.And),
        ("or", Rules.BooleanOperator.Or));

    public static readonly Words<Comparison> Comparison = new(("lt", Rules.Comparison.LessThan),
        ("gt", Rules.Comparison.GreaterThan), ("lte", Rules.Comparison.LessOrEqual),
        ("gte", Rules.Comparison.GreaterOrEqual), ("eq", Rules.Comparison.Equal),
        ("ne", Rules.Comparison.NotEqual),
        ("defined", Rules.Comparison.Defined), ("not_defined", Rules.Comparison.NotDefined));

    public static readonly Words<ComparisonType> ComparisonType = new(("string", Rules.ComparisonType.Text),
        ("integer", Rules.ComparisonType.WholeNumber), ("number", Rules.ComparisonType.Number),
        ("version", Rules.ComparisonType.Version));

    public static readonly Words<ValueSource> ValueSource = new(("literal", Rules.ValueSource.Literal),
        ("param", Rules.ValueSource.Parameter), ("meta", Rules.ValueSource.Meta));

    public static readonly Words<DateOperation> DateOperation = new(("in_range", Rules.DateOperation.InRange),
        ("gt", Rules.DateOperation.GreaterThan), ("lt", Rules.DateOperation.LessThan),
        ("date_spec", Rules.DateOperation.Spec));

    public static readonly Words<AclKind> AclKind =
        new(("read", Model.AclKind.Read), ("write", Model.AclKind.Write),
        ("deny", Model.AclKind.Deny));

    public static readonly Words<ContainerKind> Container = new(("docker", ContainerKind.Docker),
        ("podman", ContainerKind.Podman), ("rkt", ContainerKind.Rkt));
}
