namespace Opportunities.Identity;

/// <summary>The roles of the API, which a token carries as <c>cognito:groups</c>.</summary>
public static class Roles
{
    /// <summary>May do everything.</summary>
    public const string Admin = "ADMIN";

    /// <summary>May see, change and delete every opportunity.</summary>
    public const string SalesManager = "SALES_MANAGER";

    /// <summary>May create opportunities, and see and change their own.</summary>
    public const string SalesRepresentative = "SALES_REPRESENTATIVE";
}
