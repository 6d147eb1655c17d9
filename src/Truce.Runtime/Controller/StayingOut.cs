namespace Truce.Runtime.Controller;

/// <summary>A node that takes no part until an operator has done something.</summary>
/// <param name="Reason">Why, and what to do.</param>
/// <param name="IsStoreOfUse">Whether its store is kept when it is let in again.</param>
public sealed record StayingOut(string Reason, bool IsStoreOfUse);
