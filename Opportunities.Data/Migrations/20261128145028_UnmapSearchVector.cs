using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <summary>EF Core no longer knows the column <c>search_vector</c> and its index; both stay in the database.</summary>
    public partial class UnmapSearchVector : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
