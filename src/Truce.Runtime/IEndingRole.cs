namespace Truce.Runtime;

/// <summary>A role that says itself when its process may end. One that doesn't
/// ends when it is asked to.</summary>
public interface IEndingRole
{
    /// <summary>Nothing is left to be done.</summary>
    bool HasEnded { get; }
}
