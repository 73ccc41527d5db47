// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
internal import AuthorityStore

extension Phrase {
    static let account = Phrase("Tài khoản", "Account")
    static let role = Phrase("Vai trò", "Role")
    static let lastSignIn = Phrase("Lần đăng nhập trước", "Sign-in before this one")
    static let never = Phrase("chưa có", "none")
    static let notYou = Phrase(
        "Nếu không phải bạn, hãy đổi mật khẩu và báo người quản lý.",
        "If that was not you, change your password and tell who runs this server.")
    static let changePassword = Phrase("Đổi mật khẩu", "Change the password")
    static let oldPassword = Phrase("Mật khẩu hiện tại", "Current password")
    static let newPassword = Phrase("Mật khẩu mới, ít nhất 12 ký tự", "New password, at least 12 characters")
    static let again = Phrase("Nhập lại mật khẩu mới", "New password again")
    package static let passwordChanged = Phrase(
        "Đã đổi mật khẩu. Các phiên khác đã kết thúc.", "The password was changed. All other sessions have ended.")
    static let sessions = Phrase("Các phiên đang mở", "Open sessions")
    static let begun = Phrase("Bắt đầu", "Begun")
    static let lastUsed = Phrase("Dùng lần cuối", "Last used")
    static let thisOne = Phrase("phiên này", "this one")
    static let endAll = Phrase("Kết thúc tất cả các phiên", "End all sessions")

    // What went wrong.
    package static let wrong = Phrase("Tên đăng nhập hoặc mật khẩu không đúng.", "The name or the password is wrong.")
    package static let tooOften = Phrase(
        "Quá nhiều lần thử. Hãy đợi vài phút.", "Too many attempts. Please wait a few minutes.")
    package static let busy = Phrase(
        "Máy chủ đang bận. Hãy thử lại sau giây lát.", "The server is busy. Please try again in a moment.")
    package static let ended = Phrase(
        "Phiên đã kết thúc. Hãy đăng nhập lại.", "The session has ended. Please sign in again.")
    package static let forged = Phrase(
        "Yêu cầu không đến từ trang này, hoặc trang đã quá cũ. Hãy mở lại trang và thử lại.",
        "The request did not come from this page, or the page is too old. Open it again and retry.")
    package static let notFound = Phrase("Không có trang này.", "There is no such page.")
    package static let notAllowed = Phrase("Vai trò của bạn không có quyền này.", "Your role does not allow this.")
    package static let failed = Phrase(
        "Máy chủ gặp lỗi. Việc chưa được thực hiện.", "The server has a trouble of its own. It was not done.")
    package static let clockWrong = Phrase(
        "Đồng hồ của máy chủ bị sai. Việc chưa được thực hiện; hãy báo người quản lý máy chủ.",
        "The server's clock is wrong. It was not done; tell who runs this server.")
    package static let unreadable = Phrase("Không đọc được biểu mẫu.", "The form cannot be read.")
    package static let sentTwice = Phrase(
        "Biểu mẫu này đã được gửi. Mã chỉ hiện một lần; nếu chưa thấy mã, hãy cấp mã mới.",
        "This form was sent before. A code is shown once; if you did not see it, issue another.")
    package static let issuedTooOften = Phrase(
        "Bạn đã cấp quá nhiều mã trong thời gian ngắn. Mã chưa được cấp; hãy đợi một lát rồi gửi lại.",
        "You have issued too many codes in a short time. No code was issued; wait a moment and send it again.")
    package static let badClass = Phrase(
        "Hãy chọn một phân loại có trên biểu mẫu. Mã chưa được cấp.",
        "Please choose a class that the form has. No code was issued.")
    package static let badDate = Phrase(
        "Ngày phải có thật, không ở tương lai và không quá 28 ngày trước.",
        "A date must exist, not lie in the future and not more than 28 days back.")
    package static let badRegion = Phrase("Bạn không cấp mã cho vùng này.", "You issue no codes for this region.")
    package static let badRows = Phrase("Không nhập dòng nào. Sai ở dòng", "Nothing was entered. Wrong is line")
    package static let passwordShort = Phrase(
        "Mật khẩu mới phải có ít nhất 12 ký tự.", "The new password must have at least 12 characters.")
    package static let passwordLong = Phrase("Mật khẩu mới quá dài.", "The new password is too long.")
    package static let passwordPlain = Phrase(
        "Mật khẩu mới quá dễ đoán.", "The new password is too easily guessed.")
    package static let passwordsDiffer = Phrase(
        "Hai lần nhập mật khẩu mới không giống nhau.", "The new password was typed differently the second time.")

    package static func of(_ fault: PasswordFault) -> Phrase {
        switch fault {
        case .short: passwordShort
        case .long: passwordLong
        case .plain: passwordPlain
        }
    }

    static func of(_ role: Official.Role) -> Phrase {
        switch role {
        case .reader: Phrase("Xem số liệu", "Reader")
        case .issuer: Phrase("Cấp mã", "Issuer")
        case .supervisor: Phrase("Giám sát", "Supervisor")
        }
    }

    static func of(way: String) -> Phrase {
        switch way {
        case "console": Phrase("trang này", "console")
        case "api": Phrase("khóa API", "API key")
        case "command": Phrase("dòng lệnh", "command line")
        default: Phrase(way, way)
        }
    }

    static func of(_ action: AuditEntry.Action) -> Phrase {
        switch action {
        case .signIn: Phrase("Đăng nhập", "Signed in")
        case .signInRefused: Phrase("Đăng nhập bị từ chối", "Sign-in refused")
        case .signInLimited: Phrase("Đăng nhập bị từ chối: quá nhiều lần", "Sign-in refused: too often")
        case .signOut: Phrase("Đăng xuất", "Signed out")
        case .sessionsEnded: Phrase("Kết thúc các phiên", "Ended all sessions")
        case .sessionMoved: Phrase("Phiên đến từ nơi khác, đã kết thúc", "Session came from elsewhere and ended")
        case .passwordChanged: Phrase("Đổi mật khẩu", "Changed the password")
        case .issuedF0: Phrase("Cấp mã F0", "Issued a code, F0")
        case .issuedF1: Phrase("Cấp mã F1", "Issued a code, F1")
        case .issuedNone: Phrase("Cấp mã thu hồi khóa", "Issued a code to take keys back")
        case .countsEntered: Phrase("Nhập số liệu", "Entered counts")
        case .reportTaken: Phrase("Tải báo cáo", "Took a report")
        case .reportShown: Phrase("Mở báo cáo để xem hoặc in", "Opened a report, to read or print")
        case .officialAdded: Phrase("Thêm cán bộ", "Added an official")
        case .officialDisabled: Phrase("Khóa tài khoản", "Disabled an account")
        case .officialEnabled: Phrase("Mở lại tài khoản", "Enabled an account")
        case .keysRevoked: Phrase("Thu hồi khóa đã công bố", "Took published keys back")
        case .policySet: Phrase("Công bố ngưỡng cảnh báo", "Published thresholds")
        case .exportMade: Phrase("Tạo tệp công bố", "Made export files")
        case .authorityMade:
            Phrase("Tạo hệ thống mới, kèm khóa API đầu tiên", "Made this authority, with its first API key")
        case .apiKeyAdded: Phrase("Thêm khóa API", "Added an API key")
        case .apiKeyRemoved: Phrase("Xóa khóa API", "Removed an API key")
        case .backupTaken: Phrase("Sao lưu, gồm cả khóa ký", "Took a backup, signing keys included")
        case .backupRestored: Phrase("Khôi phục từ bản sao lưu", "Restored a backup")
        case .notAllowed: Phrase("Bị từ chối: không có quyền", "Refused: not allowed")
        case .limitReached: Phrase("Bị từ chối: quá nhiều lần", "Refused: too often")
        case .passwordRefused:
            Phrase("Đổi mật khẩu bị từ chối: mật khẩu hiện tại sai", "Change of password refused: current one wrong")
        }
    }
}
