using System.Globalization;

namespace Truce.Control;

/// <summary>The operation id of a shot: distinguishes its result from those of other operations.</summary>
/// <param name="Fence">The fencing it belongs to.</param>
/// <param name="Session">The shooter's life.</param>
/// <param name="Attempt">The fencing's attempt.</param>
/// <param name="Number">The shot within the attempt.</param>
internal readonly record struct ShotId(string Fence, string Session, int Attempt, int Number)
{
    private const string Prefix = "fence/";

    /// <summary>Whether an operation is a shot.</summary>
    public static bool IsOne(string operationId) => operationId.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>As the fencer knows it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Fence}/{Session}/{Attempt}/{Number}");
}
