namespace Truce.Model.Xml;

/// <summary>What came of reading a CIB.</summary>
public abstract record CibReadResult
{
    private CibReadResult(EquatableArray<Finding> findings) => Findings = findings;

    /// <summary>
    /// What there is to say, in the order of the document as far as it was found while reading.
    /// </summary>
    public EquatableArray<Finding> Findings { get; }

    /// <summary>It was read; <see cref="Findings"/> holds no error.</summary>
    public sealed record Accepted(Cib Cib, EquatableArray<Finding> Remarks) : CibReadResult(Remarks);

    /// <summary>It is refused, as a whole; at least one finding is an error.</summary>
    public sealed record Refused(EquatableArray<Finding> Reasons) : CibReadResult(Reasons);
}

/// <summary>What a document may be at most. Reading stops where one is exceeded.</summary>
public sealed record CibLimits
{
    /// <summary>Longest configuration that a cluster takes, in bytes of UTF-8. All limits
    /// on its way follow from it.</summary>
    public const long BytesMax = 8 * 1024 * 1024;

    /// <summary>Room for some ten times the largest known clusters, status included.</summary>
    public static CibLimits Default { get; } = new();

    /// <summary>For a configuration that is meant for a cluster.</summary>
    public static CibLimits OfCluster { get; } = new() { MaxCharacters = BytesMax };

    /// <summary>Characters in all.</summary>
    public long MaxCharacters { get; init; } = 256L * 1024 * 1024;

    /// <summary>Elements in all.</summary>
    public int MaxElements { get; init; } = 4_000_000;

    /// <summary>Elements within each other.</summary>
    public int MaxDepth { get; init; } = 40;

    /// <summary>XML attributes of one element; not above 64.</summary>
    public int MaxXmlAttributes { get; init; } = 64;

    /// <summary>Findings listed.</summary>
    public int MaxFindings { get; init; } = 100;
}
